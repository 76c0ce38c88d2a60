# The service as an image: build it with `docker build .`, podman or buildah; see docs/DOCKER.md.
#
# Every base image can be replaced, for example by one from your own registry.
ARG NODE_IMAGE=docker.io/library/node:22-bookworm-slim
ARG RUST_IMAGE=docker.io/library/rust:1-bookworm
# The service needs glibc, libgcc_s and CA certificates, but no shell and no package manager.
ARG RUNTIME_IMAGE=gcr.io/distroless/cc-debian12

# ------------------------------------------------------------------------------- the web interface
FROM ${NODE_IMAGE} AS web
WORKDIR /src/frontend
# Packages are installed in a layer of their own, so that only a change of the lock file repeats it.
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc* ./
COPY frontend/chatkit/package.json chatkit/
COPY frontend/app/package.json app/
RUN npm ci --no-audit --no-fund --ignore-scripts
COPY frontend/ ./
RUN npm run build

# -------------------------------------------------------------------------------------- the server
FROM ${RUST_IMAGE} AS server
WORKDIR /src
# Dependencies are compiled in a layer of their own, for empty crates of the same names, so that only a
# change of a manifest or the lock file repeats it.
COPY Cargo.toml Cargo.lock build.rs ./
COPY .cargo .cargo
COPY migrations migrations
COPY crates/demo-model/Cargo.toml crates/demo-model/
COPY crates/load/Cargo.toml crates/load/
COPY crates/pictures/Cargo.toml crates/pictures/
COPY crates/protocol/Cargo.toml crates/protocol/
COPY crates/web/Cargo.toml crates/web/
RUN for crate in . crates/*; do mkdir $crate/src && touch $crate/src/lib.rs; done \
 && echo 'fn main() {}' > src/main.rs \
 && cargo build --release --locked --bin actix-chatkit \
 && rm -r src crates/*/src
COPY crates crates
COPY src src
# Touch the files, so that they are newer than what the empty crates left behind.
RUN touch src/main.rs src/lib.rs crates/*/src/lib.rs \
 && cargo build --release --locked --bin actix-chatkit \
 && strip target/release/actix-chatkit \
 # The folders belong to the user that the service runs as, and so does a volume mounted there.
 && mkdir -p /out/data /out/app \
 && mv target/release/actix-chatkit /out/app/

# --------------------------------------------------------------------------------------- the image
FROM ${RUNTIME_IMAGE}
LABEL org.opencontainers.image.title="actix-chatkit" \
      org.opencontainers.image.description="A fast, self-hosted ChatKit server" \
      org.opencontainers.image.licenses="MIT"
COPY --from=server --chown=65532:65532 /out/data /data
COPY --from=web /src/static /app/static
COPY --from=server /out/app/actix-chatkit /app/actix-chatkit
WORKDIR /data
USER 65532:65532
ENV SERVER_HOST=0.0.0.0 \
    SERVER_PORT=8001 \
    STATIC_DIRECTORY=/app/static \
    DATABASE_PATH=/data/chatkit.db \
    UPLOADS_DIRECTORY=/data/uploads
VOLUME /data
EXPOSE 8001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 CMD ["/app/actix-chatkit", "health"]
ENTRYPOINT ["/app/actix-chatkit"]
