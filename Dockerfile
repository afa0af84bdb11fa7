# SPDX-License-Identifier: Apache-2.0
# NODE_IMAGE needs Node.js >= 20.19 and npm. BASE_IMAGE needs the same C library. Use the same Debian release for both.
ARG NODE_IMAGE=node:20-bookworm-slim
ARG BASE_IMAGE=debian:bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# To use your own registry or certificate authority: --secret id=npmrc,src=... and --secret id=npm-ca,src=... (docs/deployment.md).
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=secret,id=npm-ca,target=/run/secrets/npm-ca \
    npm ci --ignore-scripts
COPY . .
RUN npm run build
# Files of the image: the result of `make install`, and Node.js without npm.
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

# Removes the setuid and setgid bits of all programs. They are not needed.
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
# A numeric user id, because Kubernetes needs it to check "runAsNonRoot".
USER 1001:1001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["sfprocessor", "health"]
ENTRYPOINT ["/usr/local/sysflow/bin/entrypoint"]
