from molgrad.docking.dock import Docker as Docker
from molgrad.docking.pool.pool import DockingPool as DockingPool
from molgrad.docking.result import DockResult as DockResult
from molgrad.docking.studies.redocking import Redocking as Redocking
from molgrad.docking.studies.redocking import redock as redock
