from molgrad.advisors.chemist.chemist import Chemist as Chemist
