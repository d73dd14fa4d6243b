# Two stages: the first installs exactly what is locked, the second holds nothing that is only needed for installing.
FROM python:3.13-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /shop
COPY requirements/run.txt requirements/run.txt
RUN /shop/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY bot bot
COPY config config
RUN /shop/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data shop && install -d -o shop -g shop /data
COPY --from=build /shop /shop
ENV PATH=/shop/bin:$PATH PYTHONUNBUFFERED=1 BGM_DATA=/data HTTP_HOST=0.0.0.0 HTTP_PORT=8080
USER shop
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["bgm"]
CMD ["run", "--json"]
