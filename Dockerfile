# docker build -t proxyguard .
# docker run -p 8080:8080 -v ./proxyguard.json:/config/proxyguard.json:ro -v proxyguard-state:/state proxyguard
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/ProxyGuard.Core/ src/ProxyGuard.Core/
COPY src/ProxyGuard/ src/ProxyGuard/
RUN dotnet publish src/ProxyGuard -c Release -o /app --nologo

FROM mcr.microsoft.com/dotnet/aspnet:10.0
# The base image names a port of its own; where ProxyGuard listens is said in one place only.
ENV ASPNETCORE_HTTP_PORTS=""
# Inside a container, loopback is nobody's. The management listener stays on it, and so inside, until it has a key:
# ProxyGuard__Admin__Listen=http://*:8081
ENV Urls=http://*:8080
ENV ProxyGuard__State__Directory=/state

COPY --from=build /app /app
# Made before the volume, so that the volume belongs to the user too.
RUN mkdir /state && chown $APP_UID:$APP_UID /state && chmod 700 /state
VOLUME /state
USER $APP_UID
# One line, without a key. A broken replica is no reason to restart what tells members of it.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["dotnet", "/app/ProxyGuard.dll", "health", "--config", "/config/proxyguard.json"]
EXPOSE 8080
ENTRYPOINT ["dotnet", "/app/ProxyGuard.dll", "run", "--config", "/config/proxyguard.json"]
