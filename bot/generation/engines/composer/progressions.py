"""The chord progressions the composer draws from, by family and by the colour of the mode.

One entry is one phrase: bars separated by spaces, chords within a bar by commas. Numerals are counted from the major
scale of the tonic, so that ``bVI`` in minor is the sixth degree. These are the common property of tonal music.
"""

MAJOR: dict[str, tuple[str, ...]] = {
    "gentle": (
        "I IV I IV", "I iii IV I", "I vi ii V", "IV I ii vi", "I ii iii IV", "I V/vi vi IV", "I Isus4 IV iv",
        "I IV vi V", "vi IV I iii", "I IVmaj7 iii vi ii iv I V", "I bVII IV I", "IV iii ii I",
    ),
    "plagal": (
        "I IV I IV", "I IV iv I", "I II IV I", "IV I IV I", "I IV ii IV", "I Iadd9 IV IVadd9", "I v IV I",
        "vi IV I IV", "I IV I ii", "IVmaj7 Imaj7 IVmaj7 ii",
    ),
    "pop": (
        "I V vi IV", "vi IV I V", "I vi IV V", "IV I V vi", "I IV vi V", "I iii IV V", "IV V iii,V/vi vi",
        "I V ii IV", "I IV ii V", "vi V IV V", "IV V vi I", "I,V vi,V IV IV", "IV iv I V/V,V", "I bVII IV V",
    ),
    "anthem": (
        "I V vi IV", "vi IV I V", "IV I V vi", "I IV V IV", "I V/V IV I", "IV V vi iii", "I iii vi IV I iii IV V",
        "vi iii IV I", "I V IV,V I", "IV vi V I", "I bVII IV I", "I vi iii IV", "IV I ii,V vi",
    ),
    "wistful": (
        "I iii IV iv", "I V/vi vi IV", "IV iv I vi", "I Imaj7 I7 IV", "vi iii IV iv", "I III7,vi IV iv", "IV iii vi ii",
        "ii V I vi", "IV V/vi vi I", "I iii7 vi7 ii7,V7", "I bVII IV iv",
    ),
    "minor-pop": ("vi IV I V", "vi ii IV V", "vi I V IV", "IV V vi vi", "vi iii IV I", "ii vi IV V", "vi V IV III7"),
    "epic": (
        "I bVI bVII I", "I bVII IV I", "vi IV I V", "I bIII bVII IV", "I v bVI bVII", "I IV bVII I", "vi I V IV",
        "I bVI IV V", "I II IV I", "IV V vi I",
    ),
    "noir": ("I iv I bVI", "I bII I bVII", "I7 bVI7 V7 I", "vi III7 vi II7", "I iv bVI V7", "I bIII7 bVI V7"),
    "suspense": ("I bII I bII", "I bVI I bVI", "I v bVI iv", "I iv I bII", "vi vi bVII vi", "I bIII I bVI"),
    "funk": (
        "I7 I7 IV7 I7", "I7 IV7 I7 V7", "I9 I9 IV9 IV9", "ii7 V7 ii7 V7", "I7 bVII7 IV7 I7", "IV7 iii7 ii7 V7",
        "vi7 ii7 vi7 ii7,V7", "I7 bIII7 IV7 IV7", "IVmaj7 iii7 vi7 vi7",
    ),
    "jazz": (
        "ii7 V7 Imaj7 vi7", "Imaj7 vi7 ii7 V7", "iii7 V7/ii ii7 V7", "Imaj7 IVmaj7 iii7,V7/ii ii7,V7",
        "IVmaj7 iv7 iii7 V7/ii ii7 V7 Imaj7 V7", "Imaj7 bIIIdim7 ii7 V7", "Imaj7 V7/IV IVmaj7 iv7,bVII7",
        "ii7 bII7 Imaj7 V7/ii", "Imaj7 ii7 iii7 IVmaj7", "IVmaj7 bVII7 Imaj7 vi7", "iii7 vi7 ii7 V7",
        "Imaj7 bVIImaj7 IVmaj7 iv7", "vi7 ii7 V7 Imaj7", "Imaj7 IVmaj7 bVII7 iii7,V7/ii",
         "Imaj7 V7/vi vi7 II7", "IVmaj7 V7/vi vi7 v7,I7",
    ),
    "modal": (
        "I II I II", "I bVII I bVII", "I v I IV", "I IV II I", "I bVII bVI bVII", "IV I II vi", "I ii I ii",
        "Isus2 IVsus2 visus2 IVsus2", "I vi II IV", "I bIII IV I",
    ),
}  # fmt: skip

MINOR: dict[str, tuple[str, ...]] = {
    "gentle": (
        "i bVI bIII bVII", "i iv bVII bIII", "i bIII iv bVI", "bVI bVII i i", "i v bVI iv", "i bVII iv bVI",
        "bVI bIII iv i", "i IV bVI bVII", "i7 iv7 bVImaj7 v7",
    ),
    "plagal": ("i iv i iv", "i IV i IV", "i bVI iv i", "i bVImaj7 i bVImaj7", "iv i bVI i", "i v iv i"),
    "pop": (
        "i bVI bIII bVII", "bVI bVII i bIII", "i bIII bVII IV", "i iv bVI V", "bVI bIII bVII i", "i bVII bVI bVII",
        "i v bVI bVII", "iv bVI i bVII", "i bVI iv V",
    ),
    "anthem": (
        "i bVI bIII bVII", "bVI bVII i v", "i bIII bVI bVII", "bVI bIII bVII i", "iv bVI bIII bVII", "i bVII bIII IV",
        "bVI i bVII bIII", "i V/bIII bIII bVI iv i bVII V",
    ),
    "wistful": (
        "i v bVI bIII", "i V/iv iv bVII", "i bVII bVI v", "iv bVII bIII bVI", "i iv bIII bVI", "i bIII bVI iv,V",
        "i,v bVI iv v", "bVI bIII iv i", "i iim7b5 V i", "i i bVI,bVII bIII", "iv7 bVII7 bIIImaj7 bVImaj7",
        "i bIIImaj7 iv V7sus4,V7",
    ),
    "minor-pop": (
        "i bVI bIII bVII", "i iv bVI bVII", "i bVII bVI V", "bVI bVII i i", "i bIII bVII iv", "iv i bVI V",
        "i v bVI iv", "bVI v i bVII", "i bVI iv bVII", "i bII bVII i", "i iv v i",
    ),
    "epic": (
        "i bVI bIII bVII", "i bVII bVI bVII", "i bVI iv V", "bVI bVII i i", "i bIII bVI bVII", "i iv bVI V",
        "i v bVI bII",
        "i bIII iv bVI i bIII bVI V", "bVI bIII i bVII", "i bVII iv bVI", "i IV bVI bVII", "i bVI v iv", "i bvi i V",
    ),
    "noir": (
        "i bII i V", "i iv bVI V7", "i bvi i V7", "i iim7b5 V7 i", "i bVI bII V", "i VIm7b5 bVI V7", "i V/V V7 i",
        "iv i bII V", "i biii iv V", "i bIII bVI iim7b5,V7", "i i bII bII",
    ),
    "suspense": (
        "i bII i bII", "i i bvi bvi", "i biii i bii", "i bVI i bV", "i bii bIII bII", "i iv i bII", "i vdim i bII",
        "i bVI bII i", "i i bVIaug bII", "i bIII bV bII",
    ),
    "funk": (
        "i7 i7 IV7 IV7", "i7 IV7 i7 IV7", "i7 i7 bVII7 IV7", "i9 i9 i9 bVI7,V7", "i7 bIII7 IV7 i7", "ii7 V7 i7 i7",
        "i7 bVII7 bVI7 V7", "i7 v7 i7 IV7", "iv7 bVII7 i7 i7", "i7 i7 iv7 V7",
    ),
    "jazz": (
        "i7 iv7 iim7b5 V7", "iim7b5 V7 i7 i7", "i7 bVII7 bVImaj7 V7", "iv7 bVII7 bIIImaj7 bVImaj7 iim7b5 V7 i7 i7",
        "i7 VIm7b5 iim7b5 V7", "i7 IV7 i7 bVI7,V7", "i7 bIII7 bVImaj7 bII7", "iv7 V7 i7 V7/iv",
        "i7 v7 bVImaj7 v7", "iv7 i7 bVImaj7 bVII7",
        "bVImaj7 v7 iv7 i7",
        "i7 bIIImaj7 iv7 bVII7", "i6 iv7 i6 V7", "bIIImaj7 bVImaj7 iim7b5 V7",
    ),
    "modal": (
        "i IV i IV", "i bVII IV i", "i ii bIII ii", "i bII i bII", "i bVII i v", "i v IV i", "i bIII IV IV",
        "isus2 bVII isus2 IV", "i iv bVII i", "i bIII bVII IV",
    ),
}  # fmt: skip

ADAPTED: dict[str, dict[str, str]] = {
    "lydian": {"IV": "II", "iv": "iii", "Isus4": "Isus2", "bVII": "II", "IVmaj7": "II"},
    "mixolydian": {"V": "bVII", "iii": "v", "Imaj7": "I7", "V7": "bVII"},
    "dorian": {"iv": "IV", "bVI": "ii", "iv7": "IV7", "bVImaj7": "ii7", "V": "v", "V7": "v7", "bvi": "ii"},
    "phrygian": {"iv": "bII", "bVII": "bvii", "IV": "bII", "iv7": "bII", "v": "bvii", "V": "bII", "ii": "bII"},
}
"""Chords exchanged so that a progression has the sound of the mode, where the mode is neither plain major nor minor."""

RELATIVES_MAJOR: dict[str, tuple[str, ...]] = {
    "I": ("vi", "iii"), "IV": ("ii", "vi"), "ii": ("IV",), "vi": ("IV", "I"), "V": ("iii", "ii"), "iii": ("vi", "V"),
    "Imaj7": ("iii7", "vi7"), "ii7": ("IVmaj7",), "vi7": ("IVmaj7", "I6"), "IVmaj7": ("ii7",),
    "V7": ("bVII7", "V7sus4"),
}  # fmt: skip
RELATIVES_MINOR: dict[str, tuple[str, ...]] = {
    "i": ("bVI", "bIII"), "iv": ("bVI", "bII"), "bVI": ("iv", "bIII"), "bVII": ("v", "bIII"), "bIII": ("bVII", "v"),
    "v": ("bVII", "bIII"), "i7": ("bIIImaj7", "i6"), "iv7": ("bVImaj7",), "bVImaj7": ("iv7",), "bVII7": ("v7",),
    "bIII7": ("bVII7",), "IV7": ("bVII7", "ii7"),
}  # fmt: skip
"""Chords that share two notes and may stand for each other."""

KOREAN: dict[str, tuple[str, ...]] = {
    "pyeongjo": ("Iq Iq IVq Iq", "Isus2 Vq Isus2 IVq", "Iq IVq Vq Iq", "Isus2 iiq Vq Iq", "Iq iiq Isus2 Vq"),
    "gyemyeonjo": ("iq iq ivq iq", "i bIII ivq i", "iq bVII ivq iq", "i ivq bVII i", "iq vq ivq iq", "i vq bIII i"),
}
"""Sparse fourths under the Korean scales, which know melody and mode rather than functional chords."""
