"""What every docking program must do as a `DockEngine`."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from rdkit import Chem

from molgrad import registry
from molgrad.docking.engine import OFFERS, POSE_SEEDING, DockEngine, load_engine
from molgrad.docking.request import DockRequest, DockSettings, EngineRef, ReceptorContent
from molgrad.docking.result import DockResult
from molgrad.errors import InputFileError
from molgrad.evaluation import Status
from molgrad.receptors.receptor import load_receptor

PHENOL, RACEMATE = "Oc1ccccc1", "CC(O)c1ccccc1"
MARGIN = 2.0  # Å that an atom of a pose may lie beyond the box


class DockEngineSuite:
    """The contract of a docking engine. Subclass it and write `make`. The engine docks small molecules in this process.

    Attributes:
        receptor: the name of what is docked into.
    """

    receptor = "1ia1"

    def make(self) -> DockEngine:
        """A new engine, not yet prepared; two of them must be alike."""
        raise NotImplementedError

    @pytest.fixture(scope="class")
    @classmethod
    def content(cls) -> ReceptorContent:
        """The receptor's content."""
        return ReceptorContent.of(load_receptor(cls.receptor))

    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls, content: ReceptorContent) -> DockEngine:
        """The engine with the receptor prepared."""
        return prepared(cls().make(), content)

    @pytest.fixture
    def settings(self, engine: DockEngine) -> DockSettings:
        """One short search."""
        return DockSettings.of(exhaustiveness=1, poses=2, engine=EngineRef(engine.name))

    def test_it_says_what_it_is(self, engine: DockEngine) -> None:
        """Name, title, version and offers are there, and `spec` can be stored."""
        assert engine.name == engine.name.lower().strip() != ""
        assert engine.title
        assert engine.version
        assert engine.offers <= OFFERS
        spec = json.loads(json.dumps(engine.spec(), allow_nan=False))
        assert (spec["name"], spec["version"]) == (engine.name, engine.version)
        assert engine.versions()

    def test_a_dock_is_a_pose_of_the_molecule_in_the_box(
        self, engine: DockEngine, content: ReceptorContent, settings: DockSettings
    ) -> None:
        """Affinities are finite and best first; poses have the atoms of the molecule in its order."""
        result = engine.dock(DockRequest(PHENOL, settings, content.key))
        assert result.ok, result.reason
        assert result.affinity == result.affinities[0]
        assert list(result.affinities) == sorted(result.affinities)
        assert all(math.isfinite(affinity) for affinity in result.affinities)
        assert len(result.poses) == len(result.affinities) <= settings.poses
        designed = [atom.GetSymbol() for atom in Chem.MolFromSmiles(result.smiles).GetAtoms()]
        for block in result.poses:
            pose = Chem.RemoveAllHs(Chem.MolFromMolBlock(block, removeHs=False))
            assert [atom.GetSymbol() for atom in pose.GetAtoms()] == designed
            assert all(content.box.holds(tuple(place), MARGIN) for place in pose.GetConformer().GetPositions().tolist())

    def test_provenance_says_how_it_was_made(
        self, engine: DockEngine, content: ReceptorContent, settings: DockSettings
    ) -> None:
        """Engine, receptor, box, plan and seed stand in the result, which survives JSON."""
        result = engine.dock(DockRequest(PHENOL, settings, content.key))
        done = result.provenance
        assert (done.engine, done.receptor, done.receptor_sha256) == (engine.name, content.name, content.sha256)
        assert (done.center, done.size) == (content.box.center, content.box.size)
        assert (done.effort, done.exhaustiveness, done.seed) == (settings.effort.name, 1, settings.seed)
        assert DockResult.from_json(json.loads(json.dumps(result.to_json(), allow_nan=False))) == result

    def test_equal_requests_have_equal_results_whatever_came_before(
        self, engine: DockEngine, content: ReceptorContent, settings: DockSettings
    ) -> None:
        """An engine keeps nothing of a molecule."""
        request = DockRequest(PHENOL, settings, content.key)
        first = engine.dock(request)
        engine.dock(replace(request, smiles="CCN"))
        assert engine.dock(request) == first

    def test_each_species_is_docked_and_the_watchdog_is_told(
        self, engine: DockEngine, content: ReceptorContent, settings: DockSettings
    ) -> None:
        """A racemate is two species; `tell` is called between them."""
        told: list[None] = []
        result = engine.dock(DockRequest(RACEMATE, settings, content.key), lambda: told.append(None))
        affinities = [one.affinity for one in result.provenance.species]
        assert len(affinities) == 2
        assert len(told) == 1
        assert result.affinity == min(affinity for affinity in affinities if affinity is not None)

    def test_what_cannot_be_docked_is_a_result_with_a_reason(
        self, engine: DockEngine, content: ReceptorContent, settings: DockSettings
    ) -> None:
        """A species of another molecule is the molecule's fault."""
        result = engine.dock(DockRequest("CCN", settings, content.key, docked_smiles="CCO"))
        assert (result.status, result.affinity) == (Status.INVALID, None)
        assert result.reason

    def test_a_seeded_pose_is_tried_where_the_engine_offers_it(
        self, engine: DockEngine, content: ReceptorContent, settings: DockSettings
    ) -> None:
        """The parent's pose costs nothing: the better of both is kept. Without the offer it is not used."""
        plan = replace(settings, effort=replace(settings.effort, seed_poses=True))
        parent = engine.dock(DockRequest("CCc1ccc(O)cc1", plan, content.key))
        request = DockRequest("CCCc1ccc(O)cc1", plan, content.key)
        alone, beside = engine.dock(request), engine.dock(replace(request, parent_pose=parent.poses[0]))
        assert alone.affinity is not None
        assert beside.affinity is not None
        assert beside.affinity <= alone.affinity
        if POSE_SEEDING not in engine.offers:
            assert beside == alone

    def test_another_receptor_is_refused(self, engine: DockEngine, settings: DockSettings) -> None:
        """A request names its receptor; a pose in another one would be nonsense."""
        with pytest.raises(Exception, match=r"\S"):
            engine.dock(DockRequest(PHENOL, settings, "another receptor"))


def prepared(engine: DockEngine, content: ReceptorContent) -> DockEngine:
    """The engine, ready to dock."""
    engine.warm_up()
    engine.prepare(content)
    return engine


def registered_engines() -> list[str]:
    """Names of the installed engines that are made without options."""
    return [name for name in registry.names("engines") if _made(name) is not None]


def _made(name: str) -> DockEngine | None:
    try:
        return load_engine(EngineRef(name))
    except InputFileError:  # it wants a description, such as `command`
        return None


class RegisteredEngines(DockEngineSuite):
    """The suite over every installed engine that is made without options."""

    @pytest.fixture(scope="class", params=registered_engines())
    @classmethod
    def engine(cls, request: pytest.FixtureRequest, content: ReceptorContent) -> DockEngine:
        """Each engine in turn."""
        return prepared(load_engine(EngineRef(request.param)), content)
