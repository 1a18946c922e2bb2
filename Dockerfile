# Two images from one tree: `hub` (the server, and the simulators) and `edge` (the agent of a home).
#   docker build --target hub -t anju-hub .      docker build --target edge -t anju-edge .

FROM python:3.11.13-slim-bookworm AS build
WORKDIR /source
COPY pyproject.toml hatch_build.py constraints.txt README.md LICENSE ./
COPY models models
COPY hub hub
COPY edge_agent edge_agent
COPY simulators simulators
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.11.13-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin anju

FROM base AS hub
COPY constraints.txt /tmp/constraints.txt
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --constraint /tmp/constraints.txt "$(ls /wheels/anju-*.whl)[hub,aliyun]"
USER anju
ENV ANJU_DATA_DIR=/run/anju
ENTRYPOINT ["anju-hub"]

FROM base AS edge
COPY constraints.txt /tmp/constraints.txt
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --constraint /tmp/constraints.txt "$(ls /wheels/anju-*.whl)[edge]" \
    && mkdir --mode 0700 /var/lib/anju-agent && chown anju /var/lib/anju-agent
USER anju
VOLUME /var/lib/anju-agent
ENTRYPOINT ["anju-agent"]
CMD ["run"]
