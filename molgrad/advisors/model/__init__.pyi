from molgrad.advisors.model.model import ModelAdvisor as ModelAdvisor
