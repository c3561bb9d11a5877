# The same environment as scripts/setup, from the same lock files; the database is another container.
FROM debian:trixie-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/observatoire
COPY . .
RUN scripts/environment && scripts/assets && rm -rf node_modules

FROM debian:trixie-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 postgresql-client \
    libpango-1.0-0 libpangoft2-1.0-0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --create-home --home-dir /var/lib/observatoire observatoire
COPY --from=build /srv/observatoire /srv/observatoire
WORKDIR /srv/observatoire
USER observatoire
ENV PATH=/srv/observatoire/.venv/bin:/usr/local/bin:/usr/bin:/bin \
    LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    OBSERVATOIRE_HOME=/var/lib/observatoire \
    OBSERVATOIRE_HOST=0.0.0.0
EXPOSE 8000
VOLUME /var/lib/observatoire
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["observatoire", "serve"]
