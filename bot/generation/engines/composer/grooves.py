"""Drum vocabulary: one bar of each groove, in sixteenths (twelve steps where the beat has three parts).

``X`` accent, ``x`` normal, ``o`` soft, ``g`` ghost. Voices are named by General MIDI's drum map.
"""

KICK, RIM, SNARE, CLAP, HAT, PEDAL, OPEN, CRASH = 36, 37, 38, 39, 42, 44, 46, 49
TOM_LOW, TOM_MID, TOM_HIGH = 43, 47, 50
RIDE, BELL, TAMBOURINE, SHAKER, CONGA_HIGH, CONGA_LOW, CABASA = 51, 53, 54, 82, 63, 64, 69
TAIKO_LOW, TAIKO_HIGH, JINGLE, BRUSH = 100, 101, 83, 102
KUNG, DEOK, GIDEOK, BUK, JING, KKWAENG = 110, 111, 112, 113, 114, 115

Bar = dict[int, str]

GROOVES: dict[str, tuple[Bar, ...]] = {
    "soft": (
        {KICK: "x.......x.......", RIM: "....o.......o...", SHAKER: "o.g.o.g.o.g.o.g."},
        {KICK: "x.........o.....", RIM: "........x.......", HAT: "o...o...o...o..."},
        {KICK: "x......o........", RIM: "....o.......o..o", HAT: "..o...o...o...o."},
        {KICK: "x.......o.x.....", RIM: "....x.......x...", CABASA: "o.o.o.o.o.o.o.o."},
    ),
    "brush": (
        {KICK: "o.......o.......", BRUSH: "x...X...x...X...", PEDAL: "....o.......o...", RIDE: "x...x..ox...x..o"},
        {KICK: "o.........o.....", BRUSH: "x.o.X...x.o.X...", RIDE: "x...x...x...x..."},
        {KICK: "o.......o.....g.", BRUSH: "x...X..ox...X...", PEDAL: "....o.......o..."},
    ),
    "shaker": (
        {KICK: "x.......x.......", SHAKER: "x.o.x.o.x.o.x.o.", CLAP: "............o..."},
        {SHAKER: "xgogxgogxgogxgog", KICK: "x.......x.o....."},
        {TAMBOURINE: "....x.......x...", SHAKER: "o.g.o.g.o.g.o.g.", KICK: "x.......o......."},
        {CABASA: "o.xgo.xgo.xgo.xg", KICK: "x.....o.x......."},
    ),
    "lofi": (
        {KICK: "X.....x...x.....", SNARE: "....x.......x...", HAT: "x.o.x.o.x.o.x.og"},
        {KICK: "X..x......x..x..", SNARE: "....x.......x...", HAT: "x.x.x.x.x.x.x.x."},
        {KICK: "X......x..x.....", SNARE: "....x..g....x...", HAT: "o.x.o.x.o.x.o.xg"},
        {KICK: "X.x.......x.....", RIM: "....x.......x..o", HAT: "x.o.x.oox.o.x.o."},
        {KICK: "X.........xx....", SNARE: "....x.......x...", HAT: "..x...x...x...x.", SHAKER: "o.o.o.o.o.o.o.o."},
    ),
    "boombap": (
        {KICK: "X..x...x..x.....", SNARE: "....X.......X...", HAT: "x.x.x.x.x.x.x.x."},
        {KICK: "X.x....x..xx....", SNARE: "....X..g.g..X...", HAT: "x.o.x.o.x.o.x.oo"},
        {KICK: "X.....x..xx...x.", SNARE: "....X.......X..g", HAT: "x.x.xox.x.x.x.x."},
    ),
    "pop": (
        {KICK: "X.......X.x.....", SNARE: "....X.......X...", HAT: "x.o.x.o.x.o.x.o."},
        {KICK: "X..x....X.......", SNARE: "....X.......X...", HAT: "x.o.x.o.x.o.x.o."},
        {KICK: "X.....x.X.x.....", SNARE: "....X.......X..g", HAT: "xoxoxoxoxoxoxoxo"},
        {KICK: "X......xX.......", SNARE: "....X.......X...", HAT: "x.x.x.x.x.x.x.x.",
         TAMBOURINE: "....o.......o..."},
        {KICK: "X.x.......x.....", SNARE: "....X.......X.g.", HAT: "x.o.x.o.x.o.x.x."},
    ),
    "halftime": (
        {KICK: "X.....x.........", SNARE: "........X.......", HAT: "x.o.x.o.x.o.x.o."},
        {KICK: "X..x......x.....", SNARE: "........X.......", HAT: "x...x...x...x.x."},
        {KICK: "X.........x...x.", SNARE: "........X......g", RIDE: "x...x...x...x..."},
    ),
    "rock": (
        {KICK: "X.x.....X.x.....", SNARE: "....X.......X...", HAT: "X.x.X.x.X.x.X.x."},
        {KICK: "X......xX.x...x.", SNARE: "....X.......X...", HAT: "X.x.X.x.X.x.X.x."},
        {KICK: "X..x..x.X..x....", SNARE: "....X.......X..g", RIDE: "X.x.X.x.X.x.X.x."},
        {KICK: "X.x.X.x.X.x.X.x.", SNARE: "....X.......X...", HAT: "X...X...X...X..."},
        {KICK: "X.....x.X.x.....", SNARE: "....X..g....X.g.", OPEN: "X...X...X...X..."},
    ),
    "dance": (
        {KICK: "X...X...X...X...", CLAP: "....x.......x...", HAT: "..x...x...x...x.", SHAKER: "o.o.o.o.o.o.o.o."},
        {KICK: "X...X...X...X...", SNARE: "....x.......x...", HAT: "oox.oox.oox.ooxo"},
        {KICK: "X...X...X...X..x", CLAP: "....x.......x...", OPEN: "..x...x...x...x.", HAT: "x...x...x...x..."},
    ),
    "house": (
        {KICK: "X...X...X...X...", CLAP: "....x.......x...", OPEN: "..x...x...x...x."},
        {KICK: "X...X...X...X...", CLAP: "....x.......x..o", HAT: "xgxgxgxgxgxgxgxg", OPEN: "..o...o...o...o."},
        {KICK: "X...X...X...X.o.", RIM: "...x..x....x..x.", OPEN: "..x...x...x...x."},
    ),
    "funk": (
        {KICK: "X.x....x..x.....", SNARE: "....X..g.g..X..g", HAT: "x.xxx.x.x.xxx.x."},
        {KICK: "X..x..x...x..x..", SNARE: "....X..g.g.gX...", HAT: "xoxoxoxoxoxoxoxo"},
        {KICK: "X.x...x.......x.", SNARE: "....X..g.X..g..X", HAT: "x.x.x.x.x.x.x.x."},
        {KICK: "X......x.xx.....", SNARE: "....X.g....gX.g.", HAT: "xoxxxoxxxoxxxox.", OPEN: "..............x."},
    ),
    "swing": (
        {RIDE: "X...x..xX...x..x", PEDAL: "....x.......x...", KICK: "g.......g......."},
        {RIDE: "X...x..xX..xx...", PEDAL: "....x.......x...", SNARE: "..........g....g"},
        {RIDE: "X...x..xX...x..x", PEDAL: "....x.......x...", SNARE: "......g.....g...", KICK: "o.............g."},
    ),
    "bossa": (
        {KICK: "x..ox..ox..ox..o", RIM: "x..x..x...x..x..", SHAKER: "x.o.x.o.x.o.x.o."},
        {KICK: "x.....o.x.....o.", RIM: "x..x...x..x.x...", CABASA: "xoxoxoxoxoxoxoxo"},
    ),
    "trap": (
        {KICK: "X......x..x.....", CLAP: "........X.......", HAT: "x.x.x.x.x.xxx.x."},
        {KICK: "X..x......x..x..", SNARE: "........X.......", HAT: "x.xxx.x.x.x.xxxx"},
        {KICK: "X.........xx....", CLAP: "........X......o", HAT: "x.x.x.xxx.x.x.x.", OPEN: "......o........."},
    ),
    "taiko": (
        {TAIKO_LOW: "X.....x.X.......", TAIKO_HIGH: "..o.o...o.o.o.oo"},
        {TAIKO_LOW: "X..x..x.X..x..x.", TAIKO_HIGH: "....x.......x.x."},
        {TAIKO_LOW: "X.......X.x.....", TAIKO_HIGH: "x.o.x.o.x.o.xoxo"},
        {TAIKO_LOW: "X..X..X...X.X...", TAIKO_HIGH: "oo.oo.oooo.o.ooo"},
        {TAIKO_LOW: "X.....X.....X...", TAIKO_HIGH: "..oo..o.oo.o..oo", SNARE: "............o.oo"},
    ),
    "march": (
        {SNARE: "x..xx.x.x..xxoxo", TAIKO_LOW: "X.......x......."},
        {SNARE: "X.oox.x.X.oox.xx", TAIKO_LOW: "X.......X......."},
        {SNARE: "x...x.xxx...xoxo", TAIKO_LOW: "X.....x.X.......", TAMBOURINE: "....o.......o..."},
    ),
    "pulse": (
        {TAIKO_LOW: "X...............", TAIKO_HIGH: "........o......."},
        {TAIKO_LOW: "X.......o......."},
        {TAIKO_LOW: "x..o............", TAIKO_HIGH: "..........o.o..."},
    ),
    "chip": (
        {KICK: "X...x...X...x...", SNARE: "....X.......X...", HAT: "x.x.x.x.x.x.x.x."},
        {KICK: "X.x.....X.x.....", SNARE: "....X.......X.xx", HAT: "xxx.xxx.xxx.xxx."},
        {KICK: "X..x..x.X.......", SNARE: "....X..x....X...", HAT: "..x...x...x...x."},
    ),
    "hwimori": (
        {KUNG: "X.......x.......", DEOK: "...x..x...x.x...", GIDEOK: "............g.g.", BUK: "x.......o.......",
         KKWAENG: "x...o...x...o..."},
        {KUNG: "X.....x.........", DEOK: "....x.....x.x...", GIDEOK: "..g.......g...g.", BUK: "X......."+"o......."},
    ),
}  # fmt: skip

TERNARY: dict[str, tuple[Bar, ...]] = {
    "gutgeori": (
        {KUNG: "X.....x.....", DEOK: "x..x....x..x", GIDEOK: "..g..g...g.g", BUK: "X.....o....."},
        {KUNG: "X.....x..o..", DEOK: "x....x..x...", GIDEOK: "..gg.......g", JING: "x..........."},
    ),
    "jajinmori": (
        {KUNG: "X.....x.....", DEOK: "x..x..x.xx..", GIDEOK: ".......g...g", BUK: "X..o..x..o..",
         KKWAENG: "x..x..x.xx.."},
        {KUNG: "X..x..x.....", DEOK: "x....xx.xx.x", BUK: "X.....x..o.."},
    ),
    "pulse": ({TAIKO_LOW: "X...........", TAIKO_HIGH: "......o..o.."}, {TAIKO_LOW: "X.....o....."}),
    "taiko": (
        {TAIKO_LOW: "X..x..X.....", TAIKO_HIGH: "..o..o..ooxo"},
        {TAIKO_LOW: "X.....X..x..", TAIKO_HIGH: "x.ox.ox.oxoo"},
    ),
    "march": ({SNARE: "x.ox.ox.oxoo", TAIKO_LOW: "X.....X....."},),
    "soft": (
        {KICK: "x.....o.....", RIM: "...o.....o..", SHAKER: "o.go.go.go.g"},
        {KICK: "x....o......", RIM: "......x.....", HAT: "o..o..o..o.."},
    ),
    "full": (
        {KICK: "X....xX.....", SNARE: "...X.....X..", HAT: "x.ox.ox.ox.o"},
        {KICK: "X.....x..x.x", SNARE: "...X.....X..", HAT: "xooxooxooxoo"},
        {KICK: "X..x..X....x", SNARE: "...X.....X.g", RIDE: "x.xx.xx.xx.x"},
    ),
}  # fmt: skip

THREE: dict[str, tuple[Bar, ...]] = {
    "soft": ({KICK: "x...........", RIM: "....o...o...", BRUSH: "x...x...x..."},
    {KICK: "x.......o...", SHAKER: "o.g.o.g.o.g."}),
    "full": ({KICK: "X.......o...", SNARE: "....x...x...", HAT: "x.o.x.o.x.o."},
    {KICK: "X.....x.....", SNARE: "........X...", HAT: "x.x.x.x.x.x."}),
    "big": ({TAIKO_LOW: "X.......o...", TAIKO_HIGH: "..o.x.o.x.oo"},
    {TAIKO_LOW: "X.....x.....", TAIKO_HIGH: "....x...x.x."}),
    "semachi": (
        {KUNG: "X........", DEOK: "x..x.xx..", GIDEOK: "..g.....g", BUK: "X.....o.."},
        {KUNG: "X.....x..", DEOK: "x..x.x..x", GIDEOK: ".......g."},
    ),
}  # fmt: skip

FILLS: tuple[Bar, ...] = (
    {SNARE: "........x.x.xxXX"},
    {SNARE: "........xx......", TOM_HIGH: "..........xx....", TOM_MID: "............xx..",
     TOM_LOW: "..............XX"},
    {TOM_HIGH: "........x.x.....", TOM_MID: "............x...", TOM_LOW: "..............X.",
     KICK: "X......."+"........"},
    {SNARE: "....X..x..x.X.X.", KICK: "X.....x.......x."},
    {SNARE: "............XgXX"},
    {SNARE: "..........x..x.X", TOM_LOW: "............x..."},
    {OPEN: "..............X.", KICK: "X.............X."},
    {SNARE: "ggggooooxxxxXXXX"},
    {TOM_MID: "........x..x..x.", TOM_LOW: "..........x..x.X"},
    {CLAP: "............x.xx"},
)  # fmt: skip

BIG_FILLS: tuple[Bar, ...] = (
    {TAIKO_HIGH: "........x.x.xxxx", TAIKO_LOW: "X...........X.X."},
    {TAIKO_LOW: "X..x..x.X.x.XxXx"},
    {TAIKO_HIGH: "ggooxxXXggooxxXX"},
    {TAIKO_LOW: "............X.X."},
    {TAIKO_HIGH: "............xxXX", CRASH: "g..............."},
)  # fmt: skip

KOREAN_FILLS: tuple[Bar, ...] = (
    {DEOK: "x..x.xx.xXxX"[:12], KUNG: "X.....X....."},
    {GIDEOK: "g.gg.gx.xx.x", BUK: "X..x..X..X.X"},
    {DEOK: "......xxxxxX", KUNG: "X..X........"},
)  # fmt: skip

LOUD = {"X": 0.95, "x": 0.76, "o": 0.56, "g": 0.34}
"""Velocity of each stroke."""
