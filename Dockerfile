# Two images: relayd (the last stage, so the default) and, with --target relay, the client side's commands.
# Neither has a shell or a package manager, and both run as a user without rights. Each step also runs in a test
# without a Docker engine: tests/Relay.Deploy.Tests/Images.

FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH=amd64
WORKDIR /source
COPY . .
# Against the committed lock files first: publishing for one architecture has no lock of its own, and finds all packages here.
RUN dotnet restore src/Relay.Host --locked-mode && dotnet restore src/Relay.Agent --locked-mode
# Not compiled ahead: relayd compiles for speed at its first call, and would keep the slower code that ReadyToRun brings.
RUN dotnet publish src/Relay.Host -c Release -a $TARGETARCH --no-self-contained -p:UseAppHost=false -o /out/relayd
RUN dotnet publish src/Relay.Agent -c Release -a $TARGETARCH --no-self-contained -p:PublishReadyToRun=true -p:UseAppHost=false -o /out/relay
RUN mkdir -p /out/state

FROM mcr.microsoft.com/dotnet/runtime:10.0-noble-chiseled AS relay
COPY --from=build /out/relay /usr/lib/relay
USER $APP_UID
ENTRYPOINT ["dotnet", "/usr/lib/relay/relay.dll"]

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled AS relayd
COPY --from=build /out/relayd /usr/lib/relayd
# The key, and certificates that relayd makes for itself. A volume mounted here takes over the owner.
COPY --from=build --chown=$APP_UID:$APP_UID /out/state /var/lib/relayd
USER $APP_UID
# No diagnostics socket: nothing in the image could talk to it.
ENV DOTNET_EnableDiagnostics=0
EXPOSE 443/tcp 80/tcp 3478/udp
VOLUME /var/lib/relayd
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=6s --start-period=10s CMD ["dotnet", "/usr/lib/relayd/relayd.dll", "healthcheck"]
ENTRYPOINT ["dotnet", "/usr/lib/relayd/relayd.dll"]
