# The user's side in a container, for `npm run container`: stock tools; the project itself is mounted.
FROM node:24-bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends iproute2 iptables nftables openresolv procps wireguard-go wireguard-tools \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /x4pn
ENTRYPOINT ["node"]
