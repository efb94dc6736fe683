package offline

// taken uses up a trigger: once, and soon.
func (w *Workspace) taken(id string) (*trigger, *refusal) {
	t := w.triggers[id]
	switch {
	case t == nil:
		return nil, refuse("invalid_trigger_id")
	case t.used:
		return nil, refuse("exchanged_trigger_id")
	case w.opt.Now().After(t.expires):
		return nil, refuse("expired_trigger_id")
	}
	t.used = true
	return t, nil
}

func (w *Workspace) viewsOpen(c call) (obj, *refusal) { return w.lay(c, false) }

func (w *Workspace) viewsPush(c call) (obj, *refusal) { return w.lay(c, true) }

// lay opens a dialog: alone, or on the person's others.
func (w *Workspace) lay(c call, push bool) (obj, *refusal) {
	t, no := w.taken(c.text("trigger_id"))
	if no != nil {
		return nil, no
	}
	v, no := w.readView(c.object("view"), t.person)
	if no != nil {
		return nil, no
	}
	if v.kind != "modal" || push && t.home {
		return nil, refuse("invalid_arguments", "view must be a modal [json-pointer:/view/type]")
	}
	if !push {
		w.closeTop(t.person, true)
	}
	if no := w.open(v); no != nil {
		return nil, no
	}
	return obj{"view": v.json()}, nil
}

func (w *Workspace) viewsUpdate(c call) (obj, *refusal) {
	id := c.text("view_id")
	if id == "" {
		id = c.text("external_id")
	}
	for person, d := range w.desks {
		v := d.modal(id)
		if v == nil {
			continue
		}
		if hash := c.text("hash"); hash != "" && hash != v.hash {
			return nil, refuse("hash_conflict")
		}
		next, no := w.readView(c.object("view"), person)
		if no != nil {
			return nil, no
		}
		v.replaceWith(next)
		w.tellOne(person, obj{"type": "view", "view": v.json()})
		return obj{"view": v.json()}, nil
	}
	return nil, refuse("not_found")
}

func (w *Workspace) viewsPublish(c call) (obj, *refusal) {
	person := c.text("user_id")
	switch {
	case !w.app.home:
		return nil, refuse("not_enabled")
	case w.person(person) == nil:
		return nil, refuse("user_not_found")
	}
	d := w.desk(person)
	if hash := c.text("hash"); hash != "" && d.home != nil && hash != d.home.hash {
		return nil, refuse("hash_conflict")
	}
	v, no := w.readView(c.object("view"), person)
	if no != nil {
		return nil, no
	}
	if v.kind != "home" {
		return nil, refuse("invalid_arguments", "view must be a home [json-pointer:/view/type]")
	}
	if d.home != nil {
		d.home.replaceWith(v)
		v = d.home
	}
	d.home = v
	w.tellOne(person, obj{"type": "home"})
	return obj{"view": v.json()}, nil
}
