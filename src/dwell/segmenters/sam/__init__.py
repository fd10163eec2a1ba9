"""The SAM 2 family: SAM 2, SAM 2.1, EdgeTAM and the SAM 3 tracker behind one backend class.

The networks are those of ``transformers``; prompts, memory and the order of work are ours.
"""
