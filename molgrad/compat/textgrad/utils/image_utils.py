"""Images from an address."""

from urllib.parse import urlsplit

from molgrad.compat.textgrad.images import read_image


def is_valid_url(url: str) -> bool:
    """Whether a text is an address."""
    parts = urlsplit(url)
    return bool(parts.scheme and parts.netloc)


def download_and_cache_image(image_url: str) -> bytes:
    """The bytes of an image; nothing is kept on disk.

    Raises:
        AssertionError: the text is no address.
        OSError: the address does not answer.
    """
    if not is_valid_url(image_url):
        raise AssertionError("Invalid URL")
    return read_image(image_url)
