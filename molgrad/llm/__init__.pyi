from molgrad.llm.budget import Budget as Budget
from molgrad.llm.labels import labelled as labelled
from molgrad.llm.openai import OpenAIModel as OpenAIModel
from molgrad.llm.opening import open_model as open_model
from molgrad.llm.parallel import RateLimit as RateLimit
from molgrad.llm.parallel import gather as gather
from molgrad.llm.transcript import Transcript as Transcript
