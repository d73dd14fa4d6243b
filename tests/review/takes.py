"""Three takes as the composing worker leaves them, with files small enough for a test."""

from typing import Any

from PIL import Image

from bot.orders.order import Order
from bot.storage.media import Media


def takes(order_id: str, round_: int = 1) -> list[dict[str, Any]]:
    """Return three takes; the third has a warning."""
    made: list[dict[str, Any]] = []
    for index in (1, 2, 3):
        folder = f"orders/{order_id}/r{round_}/t{index}"
        made.append(
            {
                "index": index, "seed": index, "engine": "composer", "seconds": 60.0, "tempo_bpm": 82.8,
                "key": "C major", "lufs": -14.0, "true_peak_dbtp": -1.5, "rank": index,
                "reason": {"text": "asked-loop-yes" if index == 3 else "price-loop", "values": {}},
                "findings": [{"text": "asked-loop-yes", "values": {}, "level": "warn"}] if index == 3 else [],
                "target": {"seconds": 60.0, "lufs": -14.0, "fade_out": 4.0, "loop": False},
                "corrections": {},
                "files": {
                    "raw": f"{folder}/raw.flac",
                    "preview": f"{folder}/preview.mp3",
                    "waveform": f"{folder}/waveform.png",
                },
            }
        )  # fmt: skip
    return made


def make_take_files(media: Media, order: Order, round_: int = 1) -> None:
    """Lay previews and the overview picture where the card looks for them."""
    folder = media.folder(f"orders/{order.id}/r{round_}")
    Image.new("RGB", (320, 120)).save(folder / "overview.png")
    for index in (1, 2, 3):
        (media.folder(f"orders/{order.id}/r{round_}/t{index}") / "preview.mp3").write_bytes(b"ID3" + bytes(500))
