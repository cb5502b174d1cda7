"""The servers that `cool config ask` offers, and what a reader has chosen of one so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from coolcli.settings import Settings

if TYPE_CHECKING:
    from coolcli.ask.key import Key


class Preset(NamedTuple):
    """A server that many have."""

    name: str
    base_url: str
    window: int
    """Tokens that its models take; where they differ, what the smaller ones of today do."""
    needs_key: bool = True
    about_window: str = ""


PRESETS = (
    Preset("Kimi", "https://api.moonshot.ai/v1", 128_000),
    Preset("Kimi China", "https://api.moonshot.cn/v1", 128_000),
    Preset("OpenAI", "https://api.openai.com/v1", 128_000),
    Preset("DeepSeek", "https://api.deepseek.com", 128_000),
    Preset(
        "Ollama",
        "http://localhost:11434/v1",
        4_096,
        needs_key=False,
        about_window="Ollama takes 4096 tokens where OLLAMA_CONTEXT_LENGTH does not say more, and leaves out the "
        "rest of a paper without a word.",
    ),
    Preset(
        "llama.cpp",
        "http://localhost:8080/v1",
        Settings().ask_window,
        needs_key=False,
        about_window="llama-server takes what its option -c says, and prints it as n_ctx when it starts.",
    ),
    Preset("another", "", Settings().ask_window),
)
"""The servers that are offered; addresses and windows as their documentation has them."""


class Choice(NamedTuple):
    """What was chosen so far, with the key that it is tried with; of what is not chosen yet, nothing."""

    preset: Preset
    base_url: str
    key_from: str = ""
    """`variable`, `command` or `none`."""
    key: Key | None = None
    has_key: bool = True
    """Whether the key that is needed is at hand."""
    typed_key: Key | None = None
    key_command: str = ""
    still_to_do: str = ""
    """What the reader has to do before the key is there each time."""
    model: str = ""
    window: int = 0
    language: str = ""

    @property
    def host(self) -> str:
        """Name the server."""
        return urlsplit(self.base_url).hostname or self.base_url

    @property
    def changes(self) -> dict[str, str | None]:
        """Give the settings as they are kept, by their keys; None: none is."""
        return {
            "ask.base_url": self.base_url,
            "ask.model": self.model,
            "ask.key_command": self.key_command or None,
            "ask.window": str(self.window),
            "ask.language": self.language,
        }

    def is_like(self, other: Choice) -> bool:
        """Tell whether both are of one server, as far as the reader says."""
        return self.preset == other.preset or self.base_url == other.base_url


def kept(settings: Settings, *, has_window: bool) -> Choice:
    """Give what is set already; a window that is only the default is none, as each server has its own."""
    url = settings.ask_base_url
    preset = next((each for each in PRESETS if each.base_url == url), PRESETS[-1]) if url else PRESETS[0]
    return Choice(
        preset,
        url or preset.base_url,
        key_command=settings.ask_key_command,
        model=settings.ask_model,
        window=settings.ask_window if has_window else 0,
        language=settings.ask_language,
    )
