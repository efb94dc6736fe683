# The bot as an image that holds one static program and nothing else: no shell, no packages.
# Build and run it as docs/running.md says.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /out/smallchanges ./cmd/smallchanges
# A volume takes over the owner of the folder it is first mounted on.
RUN mkdir -m 700 /out/data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/smallchanges /smallchanges
COPY --from=build --chown=65532:65532 /out/data /data
# Time zones are inside the program.
ENV DATABASE_URL=sqlite:/data/smallchanges.db HTTP_ADDR=0.0.0.0:8080
USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["/smallchanges", "healthy"]
ENTRYPOINT ["/smallchanges"]
CMD ["serve"]
