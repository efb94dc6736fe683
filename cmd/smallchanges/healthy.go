package main

import (
	"fmt"
	"net"
	"net/http"
	"time"

	"smallchanges/internal/fault"
)

// healthyCmd is for the HEALTHCHECK of an image that holds no shell and no other program.
type healthyCmd struct{}

// healthyWithin is how long a living process takes to answer, with much to spare.
const healthyWithin = 3 * time.Second

// Run asks /healthz of the process that serves with these same settings.
func (c *healthyCmd) Run(p *program) error {
	host, port, err := net.SplitHostPort(p.config.HTTPAddr)
	if err != nil {
		return fault.Hide(fault.Invalid, err, "HTTP_ADDR is no address. Use one such as 127.0.0.1:8080.")
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1" // it listens everywhere, so here too; an empty image knows no names
	}
	address := "http://" + net.JoinHostPort(host, port) + "/healthz"
	req, err := http.NewRequestWithContext(p.ctx, http.MethodGet, address, nil)
	if err != nil {
		return fmt.Errorf("request to %s: %w", address, err)
	}
	client := http.Client{Timeout: healthyWithin, Transport: &http.Transport{}} // a proxy is not asked about this machine
	got, err := client.Do(req)
	if err != nil {
		return fault.Hide(fault.Busy, err, "Nothing answers at "+address+".")
	}
	defer got.Body.Close()
	if got.StatusCode != http.StatusOK {
		return fault.New(fault.Broken, address+" answers "+got.Status+".")
	}
	_, err = fmt.Fprintln(p.out, "ok")
	return err
}
