# Node runs the TypeScript as it is: nothing is built, and nothing that builds is needed.
FROM node:24-slim

ENV NODE_ENV=production DATA_DIR=/data HOST=0.0.0.0 PORT=3000
WORKDIR /app

# Before the source, so that a change to the source fetches nothing again. Every dependency that is native comes prebuilt.
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund --cache /tmp/npm && rm -rf /tmp/npm

COPY src ./src

# The only places that are written to are /data and /tmp: the rest can be mounted read-only.
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node

EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

# Young objects die young here: with a small nursery a crowd of jobs costs tens of megabytes instead of hundreds.
CMD ["node", "--max-semi-space-size=4", "src/start.mjs"]
