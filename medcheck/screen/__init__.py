"""Tables of patients -> findings: the answers of `medcheck check`, for whole populations.

The way of the data is the list of files: `source` reads a table in batches, `names` turns its names into drug codes,
`shuffle` brings the rows of a person together, `kernel` finds, `tally` counts, `output` writes. `local` runs all of it
on one machine, `spark` runs the same kernel on a cluster. `codebook` compiles the compendium into arrays for it.
"""
