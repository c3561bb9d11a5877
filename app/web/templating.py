"""The templates of our pages: everything is escaped, an unknown name is an error."""

from pathlib import Path

from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).resolve().parent
NO_BREAK = "\u00a0"


def tied(text: str) -> str:
    """Return a French text whose colons, semicolons, guillemets and hundredths never begin a line.

    >>> tied("12 % : « peu »") == "12\u00a0% : «\u00a0peu\u00a0»".replace(" :", "\u00a0:")
    True
    """
    for sign in ":;?!%»":
        text = text.replace(f" {sign}", f"{NO_BREAK}{sign}")
    return text.replace("« ", f"«{NO_BREAK}")


templates = Jinja2Templates(
    env=Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
)
templates.env.filters["tied"] = tied
