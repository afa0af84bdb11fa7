# SPDX-License-Identifier: Apache-2.0
# Any image with Node >= 20.19 and npm builds; any with the same C library runs it. Both must be of one Debian release.
ARG NODE_IMAGE=node:20-bookworm-slim
ARG BASE_IMAGE=debian:bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# A registry or a certificate authority of your own: --secret id=npmrc,src=... and --secret id=npm-ca,src=... (docs/deployment.md).
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=secret,id=npm-ca,target=/run/secrets/npm-ca \
    npm ci --ignore-scripts
COPY . .
RUN npm run build
# The tree of the image: the program as `make install` lays it out, and node itself without npm.
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=secret,id=npm-ca,target=/run/secrets/npm-ca \
    mkdir -p /image/usr/local/sysflow/bin /image/usr/local/sysflow/conf /image/usr/local/bin /image/licenses \
    && bash scripts/install.sh /image/usr/local/sysflow /usr/local/sysflow distribution \
    && install -m 0755 deploy/entrypoint /image/usr/local/sysflow/bin/entrypoint \
    && install -m 0755 "$(command -v node)" /image/usr/local/bin/node \
    && cp LICENSE /image/licenses/

FROM ${BASE_IMAGE}
ARG VERSION=unknown
LABEL org.opencontainers.image.title="sfprocessor" \
      org.opencontainers.image.description="Edge analytics for system telemetry: SysFlow in, policy alerts and enriched records out" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"

# Programs that run as somebody else than their caller have no use here.
RUN groupadd --gid 1001 sysflow \
    && useradd --uid 1001 --gid 1001 --no-create-home --home-dir /var/lib/sfprocessor --shell /usr/sbin/nologin sysflow \
    && install -d -o sysflow -g sysflow -m 0770 /sock \
    && install -d -o sysflow -g sysflow -m 0700 /var/lib/sfprocessor \
    && find / -xdev -type f -perm /6000 -exec chmod a-s {} +
COPY --from=build /image/ /

ENV PATH=/usr/local/sysflow/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    NODE_ENV=production \
    SFPROCESSOR_CACHE=off \
    ADMIN_PORT=9464 \
    INPUT_PATH=/sock/sysflow.sock \
    DRIVER=socket \
    DRIVER_DIR=/usr/local/sysflow/resources/drivers \
    PLUGIN_DIR=/usr/local/sysflow/resources/plugins \
    LOG_LEVEL=info \
    CONFIG_PATH=/usr/local/sysflow/conf/pipeline.json

VOLUME /sock
# By number, so that "runAsNonRoot" can be checked without reading the image's user table.
USER 1001:1001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["sfprocessor", "health"]
ENTRYPOINT ["/usr/local/sysflow/bin/entrypoint"]
