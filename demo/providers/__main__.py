"""Take messages until stopped.

    python -m demo.providers --port 8027

FORBEAR_PROVIDERS_SECRET is the secret both sides know; each provider uses it in its own way.
"""

import os
import threading
from typing import Annotated
from urllib.parse import quote

import typer

from demo.providers.kept import ALIYUN_ID, TENCENT_ID, TWILIO_SID
from demo.providers.shapes import SHAPES
from demo.providers.stand_in import ProvidersStandIn
from demo.serving import HOST
from exits import run_entrypoint


def main(
    port: Annotated[int, typer.Option(help="Where they take messages and show them.")] = 8027,
    host: Annotated[str, typer.Option(help="0.0.0.0 lets other machines in.")] = HOST,
    report_to: Annotated[
        str, typer.Option(help="Where our doors are, such as http://127.0.0.1:8030.")
    ] = "",
) -> None:
    """Take messages until stopped; FORBEAR_PROVIDERS_SECRET is the secret both sides know."""
    secret = os.environ.get("FORBEAR_PROVIDERS_SECRET")
    if not secret:
        raise SystemExit("Set FORBEAR_PROVIDERS_SECRET: what is told to the providers is signed.")
    providers = ProvidersStandIn(secret, port, host)
    if report_to:
        door = f"{report_to.rstrip('/')}/in/sms"
        ends = {name: f"{door}/{name}/reports?token={quote(secret)}" for name in SHAPES}
        providers.report_to.update(ends)
    providers.start()
    print(f"The providers take messages at {providers.url}, and show them there")
    print(f"Aliyun key id {ALIYUN_ID}, Tencent secret id {TENCENT_ID}, Twilio account {TWILIO_SID}")
    try:
        threading.Event().wait()
    finally:
        providers.stop()


if __name__ == "__main__":
    run_entrypoint(lambda: typer.run(main))
