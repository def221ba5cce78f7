"""Fine-tuning: pixels and targets to a trained network. The one door to torch and timm.

Installed by the extra `tagwright[finetune]`; nothing else needs it.
"""
