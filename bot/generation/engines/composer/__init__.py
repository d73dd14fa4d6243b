"""The built-in composer: music from a brief without a GPU and without a download.

In comes a `Brief`, out goes audio with its stems and an editable score. The way through this folder is the way of a
piece of music::

    brief --plan--> Plan      what kind of piece: tempo, key, form, progressions, motifs, players  (form, cast, motif)
    Plan --scene--> Scenes    sections with their chords; who plays in which                        (harmony, staging)
    Scenes --arranger--> Song every note of every part, in beats   (melody, line, bass, comping, drums, transitions)
    Song --render--> stems    notes become sound                   (soundfont, sampler, synth, percussion, textures)
    stems --mixer--> mix      balance, tone, room, width           (effects, balance)

A score keeps its `Plan`: an edit ("calmer", "longer", another style) changes the plan and arranges the same motifs and
progressions again (edits). Every random draw has its own named die (chance), so that changing one thing leaves the
others as they were, in every process and on every machine.
"""
