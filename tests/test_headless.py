"""``bgm order`` as a script runs it: no terminal, nobody to answer; files or one clear sentence come out."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest
import soundfile

ROOT = Path(__file__).parent.parent
PLAIN = ("PATH", "HOME", "TMPDIR", "VIRTUAL_ENV")
"""What a script's environment has besides its language: nothing of a shop."""


def bgm(folder: Path, *arguments: str, language: str) -> subprocess.CompletedProcess[str]:
    """Run the verb in a folder of its own, with no settings and nothing to read answers from."""
    env = {name: os.environ[name] for name in PLAIN if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "bot", "order", *arguments], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
        env=env | {"LANG": language, "PYTHONPATH": str(ROOT)}, text=True, encoding="utf-8", timeout=240, check=False,
    )  # fmt: skip


def test_nobody_answers_and_the_best_take_lies_there_with_its_licence(tmp_path: Path) -> None:
    done = bgm(tmp_path, "--mood", "calm", "--seconds", "5", "--out", "here", language="ko_KR.UTF-8")
    assert done.returncode == 0, done.stderr
    out = tmp_path / "here"
    assert {file.name for file in out.iterdir()} == {
        "master.wav", "master.mp3", "licence.pdf", "waveform.png", "order.json",
    }  # fmt: skip
    record = json.loads((out / "order.json").read_text("utf-8"))
    best = next(take for take in record["takes"] if take["rank"] == 1)
    assert (len(record["takes"]), record["chosen"]) == (3, best["index"])
    for file in record["files"]:
        assert hashlib.sha256((out / file["name"]).read_bytes()).hexdigest() == file["sha256"]
    assert {file["name"] for file in record["files"]} == {"master.wav", "master.mp3", "licence.pdf"}
    assert soundfile.info(out / "master.wav").duration == pytest.approx(best["seconds"], abs=0.01)
    assert soundfile.info(out / "master.mp3").format == "MP3"
    licence = "".join(page.extract_text() for page in pypdf.PdfReader(out / "licence.pdf").pages)
    assert "master.wav" in licence  # as it lies there; a buyer's has the name it was delivered under
    assert record["certificate"]
    # What a person reads is Korean, and every preview is named on a line of its own
    assert "어느 테이크로 할까요?" in done.stderr
    assert "끝났어요" in done.stderr
    assert best["reason"].endswith("요.")
    assert [line[0] for line in done.stderr.splitlines() if line.endswith("preview.mp3")] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("arguments", "language", "sentence"),
    [
        (("--mood", "grumpy"), "ko_KR.UTF-8", "‘grumpy’ 분위기는 메뉴에 없어요."),
        (("--mood", "grumpy"), "en_US.UTF-8", "“grumpy” is not on the menu of moods."),
        (("--mood", "calm", "--approve", "9"), "ko_KR.UTF-8", "“9”은(는) 고를 수 없어요."),
    ],
)
def test_a_wrong_wish_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, arguments: tuple[str, ...], language: str, sentence: str
) -> None:
    said = bgm(tmp_path, *arguments, "--out", "here", language=language)
    assert said.returncode == 2
    assert sentence in said.stderr
    assert len(said.stderr.splitlines()) == 1
    assert ("melancholic" in said.stderr) == ("grumpy" in arguments)
    assert list(tmp_path.iterdir()) == []
