/* Mounts the scenes of molgrad (see scene.py) with 3Dmol.js, each when it comes into sight. */
(function () {
  "use strict";
  if (window.molgradSpace) { window.molgradSpace.mountAll(); return; }

  var MOST = 8;            // views alive at once: browsers end the oldest of more than about sixteen
  var LIGAND = "#E69F00", PARENT = "#56B4E9", RESIDUE = "#A8A8A8", POCKET = "#D0D0D0";
  var alive = [];

  function labelOf(atom) {
    var chain = (atom.chain || "").trim();
    return (chain ? chain + ":" : "") + atom.resn + atom.resi + (atom.icode || "").trim();
  }

  function sticks(colour, radius) {
    return { stick: { radius: radius, colorscheme: { prop: "elem", map: colours(colour) } } };
  }

  function colours(carbon) {
    return { C: carbon, N: "#3050F8", O: "#E3170D", S: "#C9A800", P: "#E07000", F: "#3F9E3F", Cl: "#1F9E1F",
      CL: "#1F9E1F", Br: "#8A2A1A", BR: "#8A2A1A", I: "#7A1FA2", H: "#F4F4F4" };
  }

  function xyz(p) { return { x: p[0], y: p[1], z: p[2] }; }

  function polar(atom) {          // hydrogens on carbon only hide what matters
    return atom.elem !== "H" || !(atom.bonds || []).some(function (b) { return this.atoms[b].elem === "C"; }, this);
  }

  function draw(viewer, scene, shown) {
    viewer.removeAllModels(); viewer.removeAllShapes(); viewer.removeAllLabels(); viewer.removeAllSurfaces();
    var key = {};
    scene.residues.forEach(function (r) { key[r.label] = true; });
    var pocket = viewer.addModel(scene.pocket, "pdb");
    pocket.setStyle({}, shown.pocket ? { line: { colorscheme: { prop: "elem", map: colours(POCKET) } } } : {});
    pocket.setStyle({ predicate: function (a) { return key[labelOf(a)]; } }, sticks(RESIDUE, 0.09));
    if (shown.ribbon) { pocket.setStyle({}, { cartoon: { color: "#C8CCD0", opacity: 0.55, thickness: 0.25 } }, true); }
    if (scene.parent && shown.parent) { ligand(viewer, scene.parent.block, PARENT, 0.1); }
    ligand(viewer, scene.ligand, LIGAND, 0.16);
    if (shown.contacts) {
      scene.contacts.forEach(function (c) {
        viewer.addCylinder({ start: xyz(c.from), end: xyz(c.to), radius: 0.05, dashed: true, color: c.colour,
          dashLength: 0.22, gapLength: 0.16, fromCap: 1, toCap: 1 });
        var middle = c.from.map(function (v, i) { return (v + c.to[i]) / 2; });
        viewer.addLabel(c.label, { position: xyz(middle), fontSize: 11, fontColor: "#1A1A1A", inFront: true,
          backgroundColor: "white", backgroundOpacity: 0.75, showBackground: true, alignment: "center" });
      });
    }
    if (shown.names) {
      scene.residues.forEach(function (r) {
        viewer.addLabel(r.label, { position: xyz(r.point), fontSize: 12, fontColor: "#1A1A1A", inFront: true,
          backgroundColor: "white", backgroundOpacity: 0.7, showBackground: true, alignment: "center" });
      });
    }
    viewer.render();
  }

  function ligand(viewer, block, colour, radius) {
    var model = viewer.addModel(block, "sdf"), atoms = model.selectedAtoms({});
    model.setStyle({}, {});
    model.setStyle({ predicate: polar.bind({ atoms: atoms }) }, sticks(colour, radius));
  }

  function look(viewer, scene) {
    viewer.zoomTo({ model: -1 });
    var view = viewer.getView(), q = scene.turn;
    // 3Dmol's quaternion turns the scene as ours does.
    viewer.setView([view[0], view[1], view[2], view[3], q[0], q[1], q[2], q[3]]);
    viewer.render();
  }

  function mount(box) {
    var scene = JSON.parse(box.getAttribute("data-scene"));
    var still = box.querySelector(".molgrad-still"), live = document.createElement("div");
    live.className = "molgrad-live";
    live.setAttribute("style", "position:relative;width:100%;height:" + Math.max(260, box.clientWidth * 0.62) +
      "px;max-height:70vh;border:1px solid #D0D0D0;border-radius:4px;overflow:hidden");
    live.tabIndex = 0;
    live.setAttribute("role", "application");
    live.setAttribute("aria-label", ((still && still.alt) || scene.name) +
      ". Arrow keys turn it, plus and minus zoom.");
    // The wheel scrolls the page until the view is clicked: a long page must not be caught in it.
    live.addEventListener("wheel", function (e) {
      if (document.activeElement !== live) { e.stopPropagation(); }
    }, true);
    live.addEventListener("pointerdown", function () { live.focus({ preventScroll: true }); });
    box.insertBefore(live, box.firstChild);
    var viewer;
    try {
      viewer = window.$3Dmol.createViewer(live, { backgroundColor: "white", antialias: true, cartoonQuality: 6 });
    } catch (error) { viewer = null; }
    if (!viewer || !live.querySelector("canvas")) { live.remove(); return; }  // without WebGL the picture stays
    live.addEventListener("keydown", function (e) { turn(viewer, e); });
    var shown = { parent: true, pocket: true, ribbon: false, contacts: true, names: box.clientWidth > 480 };
    draw(viewer, scene, shown);
    look(viewer, scene);
    if (still) { still.style.display = "none"; }
    var bar = buttons(box, viewer, scene, shown);
    alive.push({ box: box, end: function () { end(box, live, bar, still); } });
    if (alive.length > MOST) { alive.shift().end(); }
  }

  function turn(viewer, e) {
    var keys = { ArrowLeft: ["y", -10], ArrowRight: ["y", 10], ArrowUp: ["x", -10], ArrowDown: ["x", 10] };
    if (keys[e.key]) { viewer.rotate(keys[e.key][1], keys[e.key][0]); }
    else if (e.key === "+" || e.key === "=") { viewer.zoom(1.15); }
    else if (e.key === "-") { viewer.zoom(0.87); }
    else { return; }
    e.preventDefault();
    e.stopPropagation();  // a notebook has its own arrow keys
    viewer.render();
  }

  function buttons(box, viewer, scene, shown) {
    var bar = document.createElement("div");
    bar.setAttribute("style", "display:flex;flex-wrap:wrap;gap:4px;margin-top:4px");
    var names = { parent: scene.parent && "parent", contacts: "contacts", names: "names", pocket: "pocket",
      ribbon: "ribbon" };
    Object.keys(names).forEach(function (what) {
      if (!names[what]) { return; }
      var one = button(names[what], function () {
        shown[what] = !shown[what];
        one.setAttribute("aria-pressed", String(shown[what]));
        tint(one, shown[what]);
        draw(viewer, scene, shown);
      });
      one.setAttribute("aria-pressed", String(shown[what]));
      tint(one, shown[what]);
      bar.appendChild(one);
    });
    bar.appendChild(button("reset view", function () { look(viewer, scene); }));
    box.insertBefore(bar, box.childNodes[1] || null);
    return bar;
  }

  function tint(one, on) { one.style.background = on ? "#E3EEF6" : "#FFFFFF"; }

  function button(words, act) {
    var one = document.createElement("button");
    one.type = "button";
    one.textContent = words;
    one.setAttribute("style", "font:12px system-ui,sans-serif;color:#1A1A1A;background:#FFFFFF;" +
      "border:1px solid #8A8A8A;border-radius:4px;padding:3px 9px;cursor:pointer");
    one.addEventListener("click", act);
    return one;
  }

  function end(box, live, bar, still) {
    var canvas = live.querySelector("canvas");
    var gl = canvas && (canvas.getContext("webgl2") || canvas.getContext("webgl"));
    var lost = gl && gl.getExtension("WEBGL_lose_context");
    if (lost) { lost.loseContext(); }
    live.remove(); bar.remove();
    if (still) { still.style.display = ""; }
    box.removeAttribute("data-mounted");
    watch(box);
  }

  var seen = window.IntersectionObserver && new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (!entry.isIntersecting || !window.$3Dmol) { return; }
      seen.unobserve(entry.target);
      if (entry.target.hasAttribute("data-mounted")) { return; }
      entry.target.setAttribute("data-mounted", "");
      mount(entry.target);
    });
  }, { rootMargin: "100px" });

  function watch(box) { if (seen) { seen.observe(box); } }

  function mountAll() {
    document.querySelectorAll(".molgrad-space[data-scene]:not([data-mounted])").forEach(watch);
  }

  var style = document.createElement("style");
  style.textContent = "@media print{.molgrad-live{display:none!important}.molgrad-still{display:block!important}}";
  document.head.appendChild(style);
  window.molgradSpace = { mountAll: mountAll };
  mountAll();
  document.addEventListener("DOMContentLoaded", mountAll);
})();
