# Builds with everything, runs with what is needed at run time, as a user without rights.
FROM node:26-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY libs libs
COPY apps apps
COPY tsconfig.base.json tsconfig.json nest-cli.json ./
# The runtime is the image's: the one that comes with the dependencies elsewhere is left out.
RUN npm ci --no-audit --no-fund --omit=optional \
 && npm prune --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
 && find libs apps -name src -type d -prune -exec rm -rf {} + \
 && find . \( -name '*.map' -o -name '*.d.ts' -o -name '.tsbuildinfo' \) -type f -delete

FROM node:26-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 PERENNIAL_DATA=/data
WORKDIR /app
COPY --from=build --chown=root:root /app /app
RUN ln -s /app/apps/cli/bin/perennial.js /usr/local/bin/perennial && install -d -o node -g node /data
USER node
VOLUME /data
EXPOSE 3000
# Without a key it is answered 401, which is all there is to know: it answers.
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=6 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/v1/health`).then(({status}) => process.exit(status < 500 ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/engine/dist/main.js"]
