"""Growth: a group added at an aromatic CH, an NH, an OH or a saturated carbon."""

from __future__ import annotations

from molgrad.chem.transforms.transform import Transform

# (name, SMILES with the attachment first, reason)
ON_ARENE = (
    ("ethyl", "CC", "reaches further into a lipophilic pocket than methyl"),
    ("isopropyl", "C(C)C", "fills a branched lipophilic pocket"),
    ("cyclopropyl", "C1CC1", "a compact lipophilic group, more stable to oxidation than isopropyl"),
    ("cyclobutyl", "C1CCC1", "fills a wider lipophilic pocket with sp3 carbon"),
    ("ethoxy", "OCC", "an ether one carbon longer than methoxy"),
    ("isopropoxy", "OC(C)C", "a branched ether that fills space beside the ring"),
    ("cyclopropylmethoxy", "OCC1CC1", "a longer lipophilic ether with few rotatable bonds"),
    ("difluoromethoxy", "OC(F)F", "a stable ether, a weak hydrogen-bond donor through its CHF2"),
    ("acetyl", "C(C)=O", "an acceptor beside the ring"),
    ("carboxamide", "C(N)=O", "a donor and an acceptor in one small group"),
    ("n_methylcarboxamide", "C(=O)NC", "an amide that reaches for the backbone"),
    ("dimethylcarboxamide", "C(=O)N(C)C", "an acceptor without a donor"),
    ("acetamido", "NC(C)=O", "an anilide: a donor and an acceptor beside the ring"),
    ("methylsulfonyl", "S(C)(=O)=O", "two acceptors that lower logP and block oxidation"),
    ("sulfonamide", "S(N)(=O)=O", "a primary sulfonamide: donor, acceptor, low logP"),
    ("methylsulfonamido", "NS(C)(=O)=O", "an acidic NH donor, often a phenol's substitute"),
    ("dimethylamino", "N(C)C", "a small amine conjugated with the arene, hardly basic: an electron-rich ring"),
    ("aminomethyl", "CN", "a primary amine for a salt bridge"),
    ("dimethylaminomethyl", "CN(C)C", "a basic amine for an acidic residue, better solubility"),
    ("hydroxymethyl", "CO", "a donor one atom from the ring, lowers logP"),
    ("methoxymethyl", "COC", "an acceptor one atom from the ring"),
    ("phenyl", "c1ccccc1", "opens a second aromatic contact"),
    ("2_fluorophenyl", "c1ccccc1F", "a twisted biaryl with a fluorine in the crease"),
    ("3_fluorophenyl", "c1cccc(F)c1", "a second aromatic contact, less electron-rich"),
    ("4_fluorophenyl", "c1ccc(F)cc1", "a second aromatic contact, blocked against para oxidation"),
    ("4_chlorophenyl", "c1ccc(Cl)cc1", "a second aromatic contact that reaches deep"),
    ("pyridin_2_yl", "c1ccccn1", "a flat biaryl with a nitrogen for water or backbone"),
    ("pyridin_3_yl", "c1cccnc1", "an aromatic contact with an acceptor, lower logP than phenyl"),
    ("pyridin_4_yl", "c1ccncc1", "an acceptor pointing straight out"),
    ("pyrimidin_5_yl", "c1cncnc1", "an aromatic contact of low logP"),
    ("pyrazol_4_yl", "c1cn[nH]c1", "a small aromatic donor and acceptor"),
    ("1_methylpyrazol_4_yl", "c1cnn(C)c1", "a small polar aromatic ring, metabolically quiet"),
    ("pyrazol_1_yl", "n1cccn1", "a small polar aromatic ring made in one step"),
    ("imidazol_1_yl", "n1ccnc1", "an acceptor on a small aromatic ring"),
    ("thiazol_2_yl", "c1nccs1", "a small aromatic ring with sulfur contacts"),
    ("thiophen_2_yl", "c1cccs1", "a five-ring in place of phenyl, other vectors"),
    ("oxazol_5_yl", "c1cnco1", "a small polar aromatic ring"),
    ("isoxazolyl", "c1conc1C", "a small polar ring, acceptor at its edge"),
    ("morpholino", "N1CCOCC1", "solubility and an acceptor at the rim of the pocket"),
    ("piperazinyl", "N1CCNCC1", "a basic group toward solvent or an acid"),
    ("4_methylpiperazinyl", "N1CCN(C)CC1", "a basic group toward solvent"),
    ("piperidinyl", "N1CCCCC1", "a saturated ring for a lipophilic wall"),
    ("pyrrolidinyl", "N1CCCC1", "a small saturated ring, conjugated with the arene"),
    ("oxetan_3_yl", "C1COC1", "a small polar group in place of gem-dimethyl"),
    ("tetrahydropyran_4_yl", "C1CCOCC1", "a saturated ring with an acceptor at its far end"),
    ("benzyl", "Cc1ccccc1", "an aromatic ring one flexible bond away"),
    ("phenoxy", "Oc1ccccc1", "an aromatic ring at an angle, over an ether"),
    ("benzoylamino", "NC(=O)c1ccccc1", "an aromatic ring over an amide"),
)

_ON_AMINE = (  # amines, amide NH and azole NH
    ("methyl", "C", "removes a donor, should it have no partner"),
    ("ethyl", "CC", "removes a donor and fills a small pocket"),
    ("isopropyl", "C(C)C", "removes a donor and shields the nitrogen"),
    ("cyclopropyl", "C1CC1", "fills a small pocket; on an amine it lowers the basicity"),
    ("cyclopropylmethyl", "CC1CC1", "reaches a lipophilic pocket beyond the nitrogen"),
    ("2_hydroxyethyl", "CCO", "a donor and solubility beyond the nitrogen"),
    ("2_methoxyethyl", "CCOC", "an acceptor and solubility beyond the nitrogen"),
    ("trifluoroethyl", "CC(F)(F)F", "adds lipophilic reach; on an amine it lowers the basicity"),
    ("acetyl", "C(C)=O", "acylates the nitrogen, which is no base then, and adds an acceptor"),
    ("cyclopropylcarbonyl", "C(=O)C1CC1", "an amide that fills a small pocket"),
    ("benzoyl", "C(=O)c1ccccc1", "an aromatic ring over an amide"),
    ("methylsulfonyl", "S(C)(=O)=O", "sulfonylates the nitrogen, which is no base then, and adds two acceptors"),
    ("phenyl", "c1ccccc1", "an aromatic ring on the nitrogen, which is hardly basic then"),
    ("pyridin_2_yl", "c1ccccn1", "a pyridine on the nitrogen, with its acceptor beside it"),
    ("pyrimidin_2_yl", "c1ncccn1", "a pyrimidine on the nitrogen, which is hardly basic then: two acceptors"),
    ("benzyl", "Cc1ccccc1", "reaches an aromatic pocket beyond the nitrogen"),
    ("4_fluorobenzyl", "Cc1ccc(F)cc1", "reaches an aromatic pocket, blocked against oxidation"),
    ("pyridin_3_ylmethyl", "Cc1cccnc1", "reaches an aromatic pocket with an acceptor"),
    ("tetrahydropyran_4_yl", "C1CCOCC1", "a saturated ring with an acceptor, few rotatable bonds"),
)

_ON_HYDROXYL = (
    ("methyl", "C", "caps a donor, should it have no partner, and protects from conjugation"),
    ("ethyl", "CC", "caps a donor and fills a small pocket"),
    ("isopropyl", "C(C)C", "caps a donor with a branched group"),
    ("cyclopropylmethyl", "CC1CC1", "caps a donor and reaches a lipophilic pocket"),
    ("2_methoxyethyl", "CCOC", "caps a donor, keeps solubility"),
    ("benzyl", "Cc1ccccc1", "reaches an aromatic pocket beyond the oxygen"),
    ("pyridin_2_yl", "c1ccccn1", "an aryl ether with an acceptor"),
    ("phenyl", "c1ccccc1", "a diaryl ether that reaches an aromatic pocket"),
)

# (name, SMILES with the attachment first, reason): on a saturated ring carbon.
_ON_ALKYL = (
    ("methyl", "C", "a methyl that fixes the conformation or fills a small pocket"),
    ("fluoro", "F", "fluorine blocks oxidation and lowers the basicity of an amine nearby"),
    ("hydroxyl", "O", "a donor that lowers logP"),
    ("methoxy", "OC", "an acceptor that lowers logP a little"),
    ("amino", "N", "a basic donor"),
    ("hydroxymethyl", "CO", "a donor with some reach"),
    ("carboxamide", "C(N)=O", "a donor and acceptor on a saturated carbon"),
    ("phenyl", "c1ccccc1", "an aromatic contact from a saturated carbon"),
    ("cyano", "C#N", "a slim acceptor on a saturated carbon"),
)


def _slug(site: str, name: str) -> str:
    return f"grow_{site}_{name}"


def _arene() -> list[Transform]:
    return [
        Transform(_slug("arene", name), f"[cH:1]>>[c:1]-{group}", reason, "grow",
                  ("Cc1ccc(F)cc1", f"Cc1ccc(F)c(-{group.replace('1', '2')})c1"))
        for name, group, reason in ON_ARENE
    ]  # fmt: skip


def _acylates(group: str) -> bool:
    return group.startswith(("C(=O)", "C(C)=O", "S("))


def _amine() -> list[Transform]:
    # Not on a hydrazine, guanidine or amidine nitrogen; a nitrogen with two hydrogens takes one group.
    site = "[N;X3;!H0;!$(N-[!#6;!#1]);!$(N~C~[N;X3;H1,H2]);+0:1]"
    basic = site.replace(":1]", ";!$(N-C=O);!$(N-S=O):1]")  # acylating an amide would make an acylating imide
    small = [
        Transform(_slug("amine", name), f"{basic if _acylates(group) else site}>>[N:1]-{group}", reason, "grow",
                  ("C1CCCCN1", f"C1CCCCN1-{group.replace('1', '2')}"))
        for name, group, reason in _ON_AMINE
    ]  # fmt: skip
    azole = [
        Transform(_slug("azole", name), f"[nH:1]>>[n;H0:1]-{group}", reason, "grow",
                  ("c1c(C)c[nH]c1", f"c1c(C)cn(-{group.replace('1', '2')})c1"))
        for name, group, reason in _ON_AMINE if "carbonyl" not in name and name not in ("acetyl", "benzoyl")
    ]  # fmt: skip
    return small + azole


def _hydroxyl() -> list[Transform]:
    return [
        Transform(_slug("hydroxyl", name), f"[OH;D1;$(O-[c,CX4]);!$(O-C[O,N]):1]>>[O:1]-{group}", reason, "grow",
                  ("Oc1ccccc1", f"c1ccccc1O-{group.replace('1', '2')}"))
        for name, group, reason in _ON_HYDROXYL
    ]  # fmt: skip


def _alkyl() -> list[Transform]:
    # A heteroatom goes only where no other heteroatom sits on the same carbon: no aminals, no acetals.
    hetero = "[CX4;!H0;R;!r3;!$(C-[!#6;!#1]);!$(C-C=[O,N]):1]"
    plain = "[CX4;!H0;R;!r3:1]"
    return [
        Transform(_slug("ring", name), f"{hetero if group[0] in 'FON' else plain}>>[C:1]-{group}", reason, "grow",
                  ("C1CCCC1", f"C1CCCC1-{group.replace('1', '2')}"))
        for name, group, reason in _ON_ALKYL
    ]  # fmt: skip


_FUSED = (
    Transform("fuse_benzo", "[cH:1]:[cH:2]>>[c:1]1:[c:2]cccc1", "a fused benzene widens the aromatic contact",
              "grow", ("Cc1cnccc1", "Cc1cncc2ccccc21")),
    Transform("fuse_pyrido", "[cH:1]:[cH:2]>>[c:1]1:[c:2]nccc1",
              "a fused pyridine widens the aromatic contact at lower logP", "grow", ("Cc1ccccc1", "Cc1cccc2ncccc12")),
    Transform("fuse_cyclopentane", "[cH:1]:[cH:2]>>[c:1]1:[c:2]-C-C-C-1",
              "a fused five-ring fills space in the plane", "grow", ("Cc1ccccc1", "Cc1ccc2CCCc2c1")),
    Transform("fuse_cyclohexane", "[cH:1]:[cH:2]>>[c:1]1:[c:2]-C-C-C-C-1",
              "a fused six-ring fills more space in the plane, as in tetralins", "grow",
              ("Cc1ccccc1", "Cc1ccc2CCCCc2c1")),
    Transform("fuse_cyclohexanone", "[cH;r6:1]:[cH;r6:2]>>[c:1]1:[c:2]-C-C-C-C-1=O",
              "a tetralone: a fused six-ring with an acceptor beside the arene", "grow",
              ("Cc1ccccc1", "Cc1ccc2CCCC(=O)c2c1")),
    Transform("fuse_indanone", "[cH;r6:1]:[cH;r6:2]>>[c:1]1:[c:2]-C-C-C-1=O",
              "an indanone: a fused five-ring with an acceptor", "grow", ("Cc1ccccc1", "Cc1ccc2CCC(=O)c2c1")),
    Transform("fuse_saturated_five", "[CX4;R;r5,r6;H2:1]-;@[CX4;R;H2:2]>>[CH:1]1-[CH:2]-C-C-C-1",
              "a cyclopentane fused to a saturated ring: more contact without a rotatable bond", "grow",
              ("O=C1CCCCC1", "O=C1CCC2CCCC2C1")),
    Transform("fuse_saturated_six", "[CX4;R;r5,r6;H2:1]-;@[CX4;R;H2:2]>>[CH:1]1-[CH:2]-C-C-C-C-1",
              "a cyclohexane fused to a saturated ring, as in decalins", "grow", ("C1CCCCC1", "C1CCC2CCCCC2C1")),
    Transform("fuse_saturated_three", "[CX4;R;r5,r6;H2:1]-;@[CX4;R;H2:2]>>[CH:1]1-[CH:2]-C-1",
              "a cyclopropane fused to a saturated ring: a flatter, stiffer ring", "rigidify",
              ("C1CCCC1", "C1CC2CC2C1")),
    Transform("fuse_chroman", "[cH:1]:[cH:2]>>[c:1]1:[c:2]-O-C-C-C-1", "a fused six-ring with an ether oxygen", "grow",
              ("Cc1ccccc1", "Cc1ccc2CCCOc2c1")),
    Transform("fuse_isochroman", "[cH:1]:[cH:2]>>[c:1]1:[c:2]-C-O-C-C-1",
              "a fused six-ring with an oxygen away from the arene: less lipophilic than tetralin", "grow",
              ("Cc1ccccc1", "Cc1ccc2CCOCc2c1")),
    Transform("fuse_lactam_six", "[cH;r6:1]:[cH;r6:2]>>[c:1]1:[c:2]-N-C(=O)-C-C-1",
              "a dihydroquinolinone: donor and acceptor of an amide, held in a ring", "grow",
              ("Cc1ccccc1", "Cc1ccc2CCC(=O)Nc2c1")),
    Transform("fuse_isoindolinone", "[cH;r6:1]:[cH;r6:2]>>[c:1]1:[c:2]-C-N-C-1=O",
              "an isoindolinone: a lactam with its NH turned outwards", "grow", ("Cc1ccccc1", "Cc1ccc2CNC(=O)c2c1")),
    Transform("fuse_tetrahydroisoquinoline", "[cH;r6:1]:[cH;r6:2]>>[c:1]1:[c:2]-C-N(C)-C-C-1",
              "a base in a fused six-ring, away from the arene", "grow", ("Cc1ccccc1", "Cc1ccc2CCN(C)Cc2c1")),
    Transform("fuse_dihydrofuran", "[cH:1]:[cH:2]>>[c:1]1:[c:2]-O-C-C-1",
              "a fused ring with an ether oxygen in the plane", "grow", ("Cc1ccccc1", "Cc1ccc2OCCc2c1")),
    Transform("fuse_dioxane", "[cH:1]:[cH:2]>>[c:1]1:[c:2]-O-C-C-O-1", "two acceptors in a fused ring", "grow",
              ("Cc1ccccc1", "Cc1ccc2OCCOc2c1")),
    Transform("fuse_pyrrolo", "[cH;r6:1]:[cH;r6:2]>>[c:1]1:[c:2][nH]cc1",
              "an indole: a wider aromatic contact with a donor", "grow", ("Cc1ccccc1", "Cc1ccc2[nH]ccc2c1")),
    Transform("fuse_imidazo", "[cH;r6:1]:[cH;r6:2]>>[c:1]1:[c:2][nH]cn1",
              "a benzimidazole: donor and acceptor in a flat ring", "grow", ("Cc1ccccc1", "Cc1ccc2[nH]cnc2c1")),
    Transform("fuse_pyrazolo", "[cH;r6:1]:[cH;r6:2]>>[c:1]1:[c:2][nH]nc1",
              "an indazole: donor and acceptor in a flat ring", "grow", ("Cc1ccccc1", "Cc1ccc2[nH]ncc2c1")),
)  # fmt: skip

RULES = (*_arene(), *_amine(), *_hydroxyl(), *_alkyl(), *_FUSED)
