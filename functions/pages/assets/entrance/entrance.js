// The page of a show's doors. It decides by what the device knows, tells the service afterwards, and shows where that knows better.
(() => {
  'use strict';
  const { entranceStore: store, entranceDecision: decision } = self;
  const words = JSON.parse(document.getElementById('words').textContent);
  const language = document.documentElement.lang;
  const by = (id) => document.getElementById(id);
  // A word with what is filled in: `{ $name }`.
  const said = (id, given = {}) => words[id].replace(/\{(\w+)\}/g, (_, name) => given[name] ?? '');
  const SYNC = 30_000;
  const AGAIN = 3_000;
  const BATCH = 100;

  // What the device knows; `codes` by hash, `queue` in the order of scanning.
  const at = { codes: new Map(), offers: [], public_keys: [], listing: null };
  let queue = [];
  let device = null;
  let last = null;
  let skew = 0;

  const now = () => Date.now() + skew;
  let stamped = 0;
  // No two scans of a device are at the same moment, so that an undo is always later.
  const stamp = () => {
    stamped = Math.max(stamped + 1, Math.round(now()));
    return new Date(stamped).toISOString();
  };
  const clock = (instant) =>
    new Date(instant).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const moment = (instant) => new Date(instant).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' });

  const call = async (path, options = {}) => {
    const headers = { authorization: `Device ${device.key}`, ...options.headers };
    const base = `/v1/organizations/${device.organization}/listings/${device.listing}/`;
    const answer = await fetch(base + path, { ...options, headers, cache: 'no-store', credentials: 'omit' });
    if (answer.status === 401) {
      revoked();
      throw new Error('revoked');
    }
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  // Sound, color and vibration: who does not see the one hears or feels the other.
  let audio = null;
  const SOUNDS = { good: [[880, 0, 0.12], [1320, 0.1, 0.16]], warn: [[440, 0, 0.16], [440, 0.24, 0.16]], bad: [[180, 0, 0.5]] };
  const sound = (kind) => {
    audio ??= self.AudioContext ? new AudioContext() : null;
    if (!audio || by('silent').checked) return;
    for (const [pitch, from, length] of SOUNDS[kind]) {
      const [tone, volume] = [audio.createOscillator(), audio.createGain()];
      Object.assign(tone, { type: kind === 'good' ? 'sine' : 'square' }).frequency.value = pitch;
      volume.gain.value = 0.2;
      tone.connect(volume).connect(audio.destination);
      tone.start(audio.currentTime + from);
      tone.stop(audio.currentTime + from + length);
    }
  };
  const VIBRATIONS = { good: [80], warn: [120, 80, 120], bad: [500] };
  const KINDS = { checked_in: 'good', undone: 'good', double: 'warn', unchecked: 'warn', early: 'warn', late: 'warn' };

  const kindOf = (outcome) => KINDS[outcome] ?? 'bad';

  // What a decision says: a headline, and lines below it.
  const show = (outcome, lines, undo = null) => {
    const kind = kindOf(outcome);
    const panel = by('result');
    panel.className = `result ${kind}`;
    panel.dataset.outcome = outcome;
    by('headline').textContent = said(outcome);
    by('lines').replaceChildren(...lines.filter(Boolean).map((line) => {
      const made = document.createElement('p');
      made.textContent = line;
      return made;
    }));
    last = undo;
    by('undo').hidden = !undo;
    sound(kind);
    navigator.vibrate?.(VIBRATIONS[kind]);
  };

  const first = (ticket) => {
    if (!ticket?.checked_in_at) return '';
    const [time, name] = [clock(ticket.checked_in_at), ticket.checked_in_with ?? ticket.checked_in_by];
    return name ? said('since_by', { time, name }) : said('since', { time });
  };

  const counts = () => {
    const rows = at.offers.map((offer) => {
      const own = [...at.codes.values()].filter((code) => code.offer === offer.offer);
      return { ...offer, all: own.filter((code) => code.state === 'valid').length, came: own.filter((code) => code.checked_in_at).length };
    });
    by('counts').replaceChildren(...rows.filter((row) => row.all || row.came).map((row) => {
      const made = document.createElement('tr');
      const name = document.createElement('th');
      Object.assign(name, { scope: 'row', textContent: row.name });
      const number = document.createElement('td');
      Object.assign(number, { className: 'right', textContent: said('of', { came: row.came, all: row.all }) });
      made.append(name, number);
      return made;
    }));
  };

  const standing = () => {
    by('network').textContent = said(navigator.onLine ? 'online' : 'offline');
    by('network').className = `tag ${navigator.onLine ? '' : 'away'}`;
    by('waiting').textContent = queue.length ? said('waiting', { number: queue.length }) : '';
  };

  // A scan is on the disk before the door opens: a device that dies then has it still.
  const enqueue = async (kind, ticket) => {
    const scan = { id: crypto.randomUUID(), code: ticket.code, at: stamp(), kind };
    queue.push(scan);
    await store.put('queue', scan.id, scan);
    standing();
    return scan;
  };

  const note = async (hash, change) => {
    const code = { ...at.codes.get(hash), ...change, hash };
    at.codes.set(hash, code);
    await store.put('codes', hash, code);
    counts();
  };

  const scanned = async (text) => {
    const began = performance.now();
    const found = await decision.decide(text, at, now());
    const { outcome, ticket, known, offer } = found;
    const what = [offer?.name, offer?.vip ? 'VIP' : ''].filter(Boolean).join(' · ');
    if (outcome === 'checked_in') {
      const scan = await enqueue('check_in', ticket);
      await note(ticket.hash, { offer: offer?.offer ?? ticket.offer, state: 'valid', checked_in_at: scan.at, checked_in_with: device.name });
      show(outcome, [what, said('at', { time: clock(scan.at) })], { ticket, scan });
    } else if (outcome === 'double') {
      show(outcome, [first(known), what]);
    } else if (outcome === 'wrong_listing') {
      show(outcome, [said('is_for', { name: ticket.listing })]);
    } else if (outcome === 'early' || outcome === 'late') {
      show(outcome, [said(`${outcome}_at`, { time: moment(found.at) }), what]);
    } else {
      show(outcome, [what]);
    }
    by('result').dataset.milliseconds = String(Math.round(performance.now() - began));
    if (navigator.onLine) await (outcome === 'checked_in' ? hand() : more(outcome, ticket, what));
  };

  // What only the service knows: whose a ticket is, and codes that this device has not heard of.
  const more = async (outcome, ticket, what) => {
    if (!ticket || !['double', 'unknown', 'refunded', 'disputed'].includes(outcome)) return;
    try {
      const page = await call(`check-ins?code=${encodeURIComponent(ticket.code)}`);
      const found = page.tickets[0].ticket;
      if (outcome !== 'unknown') {
        show(outcome, [first(found), found.holder, what]);
        return;
      }
      const { hash } = ticket;
      await note(hash, { offer: found.offer, state: found.state, checked_in_at: found.checked_in_at, checked_in_with: found.checked_in_with });
      await scanned(ticket.scanned);
    } catch {
      // It stays as the device has it.
    }
  };

  // Hands in what waits. Where the service knows better than the device did, it says so, loudly.
  let handing = null;
  const hand = () => {
    handing ??= (async () => {
      while (queue.length && device) {
        const scans = queue.slice(0, BATCH);
        const answer = await call('scans', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ scans }),
        });
        for (const result of answer.scans) {
          const scan = scans.find((one) => one.id === result.id);
          const own = last?.scan.id === result.id;
          if (scan.kind === 'check_in') await answered(result, scan, own);
        }
        queue = queue.filter((scan) => !scans.includes(scan));
        await store.drop('queue', scans.map((scan) => scan.id));
        standing();
      }
    })().catch(() => {}).finally(() => {
      handing = null;
    });
    return handing;
  };

  const answered = async (result, scan, own) => {
    const { outcome, ticket } = result;
    if (outcome === 'checked_in' || outcome === 'taken_back') {
      if (own) by('lines').append(Object.assign(document.createElement('p'), { textContent: ticket.holder }));
      return;
    }
    const hash = await decision.hash(decision.read(scan.code).reading, at.listing);
    if (ticket && at.codes.has(hash)) {
      await note(hash, { state: ticket.state, checked_in_at: ticket.checked_in_at, checked_in_with: ticket.checked_in_with });
    }
    const line = [clock(scan.at), said(outcome), ticket?.name, first(ticket)].filter(Boolean).join(' · ');
    const made = Object.assign(document.createElement('li'), { textContent: line });
    by('problems').prepend(made);
    by('problems-panel').hidden = false;
    show(outcome, [first(ticket), ticket?.holder, ticket?.name, said('at', { time: clock(scan.at) })]);
  };

  const undo = async () => {
    if (!last) return;
    const { ticket } = last;
    await enqueue('undo', ticket);
    await note(ticket.hash, { checked_in_at: null, checked_in_with: null });
    show('undone', []);
    if (navigator.onLine) await hand();
  };

  // Catches up with what was sold, checked in elsewhere and given back.
  let syncing = null;
  const sync = () => {
    syncing ??= (async () => {
      let cursor = await store.get('kept', 'cursor');
      for (;;) {
        const page = await call(`codes${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`);
        skew = Date.parse(page.now) - Date.now();
        // What was scanned here and waits to be handed in is newer than what the service says.
        const waiting = new Set();
        for (const scan of queue) waiting.add(await decision.hash(decision.read(scan.code).reading, at.listing));
        const news = page.codes.filter((code) => !waiting.has(code.hash)).map((code) => [code.hash, code]);
        news.forEach(([hash, code]) => at.codes.set(hash, code));
        await store.putAll('codes', news);
        Object.assign(at, { offers: page.offers, public_keys: page.public_keys, title: page.title });
        const { offers, public_keys: keys, title } = at;
        await store.put('kept', 'listing', { offers, public_keys: keys, title, skew });
        cursor = page.cursor;
        await store.put('kept', 'cursor', cursor);
        by('known').textContent = said('known', { number: at.codes.size });
        counts();
        if (!page.more) break;
      }
      by('synced').textContent = said('synced', { time: clock(now()) });
    })().catch(() => {}).finally(() => {
      syncing = null;
      standing();
    });
    return syncing;
  };

  const turn = async () => {
    if (device && navigator.onLine) {
      await hand();
      await sync();
    }
    standing();
  };

  const revoked = async () => {
    const waiting = queue.length;
    device = null;
    by('work').hidden = true;
    by('gone').hidden = false;
    // Scans that were not handed in stay: staff can register the device again for the same show.
    if (!waiting) await store.clear();
    else await store.drop('kept', ['device', 'cursor']);
  };

  // Search by name: it asks the service, and keeps nothing of the answer.
  const search = async (event) => {
    event.preventDefault();
    const list = by('found');
    list.replaceChildren();
    let cursor = '';
    let any = false;
    try {
      for (let pages = 0; pages < 40 && list.children.length < 20; pages += 1) {
        const page = await call(`check-ins?q=${encodeURIComponent(by('name').value)}${cursor}`);
        for (const { code, ticket } of page.tickets) {
          any = true;
          const made = document.createElement('li');
          const button = Object.assign(document.createElement('button'), { type: 'button', textContent: said('check_in') });
          button.addEventListener('click', () => scanned(code));
          made.append(`${ticket.holder} · ${ticket.name} `, first(ticket) || (ticket.state === 'valid' ? button : said('refunded')));
          list.append(made);
        }
        if (!page.cursor) break;
        cursor = `&cursor=${encodeURIComponent(page.cursor)}`;
      }
      by('search-says').textContent = any ? '' : said('none_found');
    } catch {
      by('search-says').textContent = said('needs_network');
    }
  };

  const doubles = async () => {
    const list = by('doubles');
    try {
      const page = await call('doubles');
      list.replaceChildren(...page.tickets.map((ticket) => {
        const scans = ticket.scans.filter((scan) => scan.checked_in || scan.double);
        const who = scans.map((scan) => `${clock(scan.at)} ${scan.device_name ?? scan.by}`).join(', ');
        const name = at.offers.find((offer) => offer.offer === ticket.offer)?.name ?? ticket.offer;
        return Object.assign(document.createElement('li'), { textContent: `…${ticket.code.slice(-4)} · ${name}: ${who}` });
      }));
      by('doubles-say').textContent = page.tickets.length ? '' : said('no_doubles');
    } catch {
      by('doubles-say').textContent = said('needs_network');
    }
  };

  // The same code stays in the picture for a while.
  let stop = null;
  const camera = async () => {
    if (stop) {
      stop();
      stop = null;
    } else {
      let [before, when] = ['', 0];
      try {
        stop = await self.entranceCamera(by('video'), (text) => {
          const again = text === before && performance.now() - when < AGAIN;
          [before, when] = [text, performance.now()];
          if (!again) scanned(text);
        });
      } catch {
        by('camera-says').textContent = said('no_camera');
      }
    }
    by('video').hidden = !stop;
    by('camera').textContent = said(stop ? 'camera_off' : 'camera_on');
  };

  const work = async () => {
    by('choose').hidden = true;
    by('gone').hidden = true;
    by('work').hidden = false;
    by('title').textContent = at.title ?? device.title;
    by('device').textContent = device.name;
    by('code').focus();
    counts();
    await turn();
  };

  // Who is signed in chooses the show, and the device gets a key of its own.
  const choose = async () => {
    by('choose').hidden = false;
    try {
      const answer = await fetch('/door/shows', { cache: 'no-store', credentials: 'same-origin' });
      const seen = await answer.json();
      by('sign-in').hidden = seen.staff;
      by('register').hidden = !seen.staff;
      by('csrf').value = seen.csrf;
      by('show').replaceChildren(...seen.shows.map((one) => {
        const when = one.starts_at ? ` · ${moment(one.starts_at)}` : '';
        return Object.assign(document.createElement('option'), { value: one.listing, textContent: one.title + when });
      }));
      const none = seen.staff && !seen.shows.length ? said('no_shows') : '';
      by('choose-says').textContent = seen.signed_in && !seen.staff ? said('not_staff') : none;
    } catch {
      by('choose-says').textContent = said('needs_network');
    }
  };

  const register = async (event) => {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(by('register')));
    const answer = await fetch('/door/devices', { method: 'POST', body, credentials: 'same-origin' }).catch(() => null);
    if (!answer?.ok) {
      by('choose-says').textContent = said(answer ? 'not_registered' : 'needs_network');
      return;
    }
    device = await answer.json();
    Object.assign(at, { listing: device.listing, title: device.title });
    await store.clear();
    await store.put('kept', 'device', device);
    at.codes.clear();
    // What was scanned before for the same show, with a key that is gone, is handed in with the new one.
    for (const scan of queue) await store.put('queue', scan.id, scan);
    await work();
  };

  const leave = async () => {
    await hand();
    if (queue.length && !confirm(said('leave_waiting', { number: queue.length }))) return;
    if (stop) await camera();
    await store.clear();
    queue = [];
    device = null;
    by('work').hidden = true;
    await choose();
  };

  const begin = async () => {
    by('camera').addEventListener('click', camera);
    by('undo').addEventListener('click', undo);
    by('leave').addEventListener('click', leave);
    by('register').addEventListener('submit', register);
    by('search').addEventListener('submit', search);
    by('doubles-panel').addEventListener('toggle', () => by('doubles-panel').open && doubles());
    by('again').addEventListener('click', () => location.reload());
    by('typed').addEventListener('submit', (event) => {
      event.preventDefault();
      const text = by('code').value;
      by('code').value = '';
      if (text.trim()) scanned(text);
    });
    // A scanner types wherever the focus is; what is typed beside all fields goes into the one for codes.
    document.addEventListener('keydown', (event) => {
      if (device && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.target.closest('input, select, button, summary')) by('code').focus();
    });
    for (const event of ['online', 'offline']) addEventListener(event, turn);
    setInterval(turn, SYNC);
    if ('serviceWorker' in navigator) navigator.serviceWorker.register('/door/worker.js').catch(() => {});
    navigator.storage?.persist?.();
    device = (await store.get('kept', 'device')) ?? null;
    queue = (await store.all('queue')).sort((a, b) => (a.at < b.at ? -1 : 1));
    if (!device) {
      await choose();
      return;
    }
    const kept = (await store.get('kept', 'listing')) ?? {};
    Object.assign(at, { listing: device.listing, title: device.title, ...kept });
    skew = kept.skew ?? 0;
    (await store.all('codes')).forEach((code) => at.codes.set(code.hash, code));
    by('known').textContent = said('known', { number: at.codes.size });
    await work();
  };

  begin();
})();
