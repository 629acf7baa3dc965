# One image for every process; compose.yaml gives each its command. Built in two stages, so that the second holds no
# sources, no build tools and no cache. Packages come from the lock file, each checked against its hash.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/dma
WORKDIR /src
COPY requirements/default.txt requirements/default.txt
RUN /opt/dma/bin/pip install --require-hashes -r requirements/default.txt
COPY . .
RUN /opt/dma/bin/pip install --no-deps --no-build-isolation ./dma_shared_resilience .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin dma
COPY --from=build /opt/dma /opt/dma
ENV PATH=/opt/dma/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DMA_ENVIRONMENT=staging \
    DMA_HOME=/tmp/dma
WORKDIR /opt/dma
USER 10001:10001
EXPOSE 8000
CMD ["python", "-m", "api.main"]
