"""Asks for what cannot be had, and prints what a person sees, as JSON."""

import json

import huggingface_hub as hub


def seen(ask):
    try:
        ask()
    except Exception as error:
        return f"{type(error).__name__}: {error} {error.__cause__ or ''}"


api = hub.HfApi()
print(
    json.dumps(
        {
            "no model": seen(lambda: api.model_info("org/nope")),
            "no model to download": seen(lambda: hub.snapshot_download("org/nope")),
            "no file": seen(lambda: hub.hf_hub_download("org/name", "nope")),
            "no revision": seen(lambda: hub.hf_hub_download("org/name", "a", revision="nope")),
            "gated": seen(lambda: hub.hf_hub_download("org/gated", "config.json")),
            "private": seen(lambda: hub.hf_hub_download("org/private", "config.json")),
            "disabled": seen(lambda: hub.hf_hub_download("org/disabled", "config.json")),
            "upload": seen(lambda: api.create_repo("org/new", token="hf_" + "x" * 34)),
        }
    )
)
