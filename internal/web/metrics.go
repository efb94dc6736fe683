package web

import (
	"time"

	"smallchanges/internal/programme"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the figures of CONTRACT.md section 6. No label carries a person, a channel or
// a text. Its methods fit the hooks of the adapter, the outbox and the clockwork.
type Metrics struct {
	registry   *prometheus.Registry
	events     *prometheus.CounterVec
	seconds    prometheus.Histogram
	deliveries *prometheus.CounterVec
	rounds     *prometheus.CounterVec
}

// NewMetrics starts all figures at zero. depth gives the outbox by state and the age of its
// oldest due message in seconds; connected says whether Slack's connection is up.
func NewMetrics(depth func() (map[programme.Delivery]int, float64), connected func() bool) *Metrics {
	m := &Metrics{
		registry:   prometheus.NewRegistry(),
		events:     prometheus.NewCounterVec(prometheus.CounterOpts{Name: "smallchanges_events_total", Help: "Things people did, by platform, kind and outcome."}, []string{"platform", "kind", "outcome"}),
		seconds:    prometheus.NewHistogram(prometheus.HistogramOpts{Name: "smallchanges_event_seconds", Help: "From receipt to acknowledgement.", Buckets: []float64{.001, .005, .01, .05, .1, .25, .5, 1, 2, 3}}),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "smallchanges_deliveries_total", Help: "Messages the bot started, by outcome."}, []string{"platform", "outcome"}),
		rounds:     prometheus.NewCounterVec(prometheus.CounterOpts{Name: "smallchanges_rounds_total", Help: "Rounds and pulses, by outcome."}, []string{"kind", "outcome"}),
	}
	m.registry.MustRegister(m.events, m.seconds, m.deliveries, m.rounds, outboxFigures{depth})
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "smallchanges_platform_connected", Help: "1 while the connection is up.", ConstLabels: prometheus.Labels{"platform": "slack"},
	}, func() float64 {
		if connected() {
			return 1
		}
		return 0
	}))
	return m
}

// Event counts one thing that somebody did on Slack.
func (m *Metrics) Event(kind, outcome string, took time.Duration) {
	m.events.WithLabelValues("slack", kind, outcome).Inc()
	m.seconds.Observe(took.Seconds())
}

// Delivery counts what became of one message.
func (m *Metrics) Delivery(outcome string) { m.deliveries.WithLabelValues("slack", outcome).Inc() }

// Round counts a round or pulse that opened, closed or was skipped.
func (m *Metrics) Round(kind programme.ScheduleKind, outcome string) {
	m.rounds.WithLabelValues(string(kind), outcome).Inc()
}

// outboxFigures reads the outbox when somebody asks, so the figures are never old.
type outboxFigures struct {
	depth func() (map[programme.Delivery]int, float64)
}

var (
	outboxDepth = prometheus.NewDesc("smallchanges_outbox_depth", "Messages in the outbox, by state.", []string{"state"}, nil)
	outboxAge   = prometheus.NewDesc("smallchanges_outbox_age_seconds", "How long the oldest due message has waited.", nil, nil)
)

func (outboxFigures) Describe(to chan<- *prometheus.Desc) {
	to <- outboxDepth
	to <- outboxAge
}

func (o outboxFigures) Collect(to chan<- prometheus.Metric) {
	states, age := o.depth()
	for state, n := range states {
		to <- prometheus.MustNewConstMetric(outboxDepth, prometheus.GaugeValue, float64(n), string(state))
	}
	to <- prometheus.MustNewConstMetric(outboxAge, prometheus.GaugeValue, age)
}
