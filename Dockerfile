# One static executable in an empty image: no shell, no package, no file but the service.

FROM swift:6.3-bookworm AS build
RUN apt-get update -q \
    && apt-get install -yq --no-install-recommends libssl-dev pkg-config zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
# The dependencies first: this layer lasts until Package.swift changes.
COPY Package.swift ./
RUN swift package resolve
COPY . .
RUN swift build -c release --product cotangent -Xswiftc -static-executable -Xlinker -s

FROM scratch
COPY --from=build /source/.build/release/cotangent /cotangent
# No user of any base image; it owns nothing.
USER 65532:65532
# Inside a container the network is the container's own; outside the default is 127.0.0.1.
ENV COTANGENT_HOST=0.0.0.0
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=2s CMD ["/cotangent", "healthcheck"]
ENTRYPOINT ["/cotangent"]
CMD ["serve"]
