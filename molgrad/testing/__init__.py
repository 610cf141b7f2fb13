"""Contract suites for implementations of molgrad's interfaces, ours and others' alike; they need pytest.

A test module inherits a suite and says how the object is made:

    from molgrad.testing.engine import DockEngineSuite

    class TestToy(DockEngineSuite):
        def make(self) -> DockEngine:
            return Toy()

`RegisteredEngines`, `RegisteredLosses` and their like run a suite over everything installed under an entry point.
"""
