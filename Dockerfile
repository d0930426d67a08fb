# The worker, the ledger's migrations and the mail catcher: one image.
ARG PYTHON_VERSION=3.11
FROM python:${PYTHON_VERSION}-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

COPY requirements/runtime.txt requirements/runtime.txt
RUN pip install --require-hashes -r requirements/runtime.txt

COPY activities/ activities/
COPY channels/ channels/
COPY commands/ commands/
COPY demo/ demo/
COPY domain/ domain/
COPY intake/ intake/
COPY ledger/ ledger/
COPY policies/ policies/
COPY simulation/ simulation/
COPY templates/ templates/
COPY workflows/ workflows/
COPY exits.py gates.py settings.py starter.py worker.py LICENSE ./

RUN useradd --system --uid 10001 --no-create-home forbear && install -d -o forbear .data
USER forbear

CMD ["python", "worker.py"]
