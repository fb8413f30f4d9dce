'use strict';

const at = id => document.getElementById(id);
const show = (id, text) => { at(id).textContent = text; };
const words = label => label.replaceAll('_', ' ');

// Three digits that count, with the unit's prefix: 1.23 M, 45.6 k, 789.
function scaled(value, step = 1000, prefixes = ['', 'k', 'M', 'G', 'T']) {
  let i = 0;
  while (value >= step * 0.9995 && i < prefixes.length - 1) { value /= step; i++; }
  const digits = value >= 100 || (i === 0 && Number.isInteger(value)) ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${prefixes[i]}`;
}
const bits = bytesPerSecond => `${scaled(bytesPerSecond * 8)}bit/s`;
const bytes = count => scaled(count, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB']);
const count = number => number.toLocaleString('en');
const rate = (perSecond, unit = '') => `${scaled(perSecond).trim()}${unit}/s`;

function duration(seconds) {
  const [days, hours, minutes] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min` : `${seconds} s`;
}

// The newest value stands at the right edge; a history that is not full yet grows from there.
function line(id, values, slots) {
  const svg = at(id);
  const top = Math.max(...values, 1e-9);
  const points = values.map((value, i) => `${slots - values.length + i},${(40 - 38 * value / top).toFixed(2)}`);
  svg.setAttribute('viewBox', `0 0 ${slots - 1} 40`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  const path = (name, d) => {
    const element = svg.querySelector(`.${name}`) ?? svg.appendChild(document.createElementNS(svg.namespaceURI, 'path'));
    element.setAttribute('class', name);
    element.setAttribute('d', d);
  };
  path('area', `M${slots - values.length},40 L${points.join(' ')} L${slots - 1},40 Z`);
  path('stroke', `M${points.join(' L')}`);
}

function list(id, rows, none) {
  at(id).replaceChildren(...(rows.length > 0 ? rows : [[none, '']]).flatMap(([name, value]) => {
    const [dt, dd] = [document.createElement('dt'), document.createElement('dd')];
    [dt.textContent, dd.textContent] = [name, value];
    return [dt, dd];
  }));
}

function table(id, rows, none) {
  at(id).replaceChildren(...(rows.length > 0 ? rows : [[none]]).map(cells => {
    const tr = document.createElement('tr');
    cells.forEach((text, i) => {
      const td = tr.insertCell();
      td.textContent = text;
      if (i > 1) td.className = 'number';
      if (text === 'waiting' || text === 'connecting') td.className = 'bad';
      if (cells.length === 1) [td.colSpan, td.className] = [7, 'none'];
    });
    return tr;
  }));
}

function certificate(status) {
  const figure = at('certificate');
  if (!status) {
    show('certificate', 'off');
    return show('certificate-more', 'TLS ends elsewhere, or this is a trial');
  }
  if (status.daysLeft === null) {
    figure.className = 'figure bad';
    figure.textContent = 'none yet';
    return show('certificate-more', 'the authority has not issued one; see the log');
  }
  const days = Math.floor(status.daysLeft);
  figure.className = `figure ${days < 7 ? 'bad' : days < 21 ? 'warn' : 'good'}`;
  figure.textContent = days < 0 ? 'expired' : days === 1 ? '1 day' : `${count(days)} days`;
  show('certificate-more', `until ${new Date(status.expires).toISOString().slice(0, 16).replace('T', ' ')} UTC`);
}

function connections({ connections: c, clients, traffic }) {
  list('connections', [
    ['open', `${count(c.open)} of ${count(c.limit)}`],
    ['proving their key', count(clients.handshaking)],
    ['accepted', count(c.accepted)],
    ['refused', count(c.refused)],
    ['STUN answers', rate(traffic.stunPerSecond)],
  ]);
}

function draw(report) {
  const { node, clients, traffic, history, process } = report;
  document.title = `${node.name}: ${node.state}`;
  show('name', node.name);
  show('about', `${node.host}, region ${node.region}, relayd ${node.version}, up for ${duration(node.uptimeSeconds)}`);
  at('about').title = node.publicKey;
  state(node.state, node.state === 'draining' ? 'restarting' : 'up');
  notice(node.state === 'draining' ? 'Told restart: every client knows when to come back, and queues are emptying.' : '');

  const slots = 150;
  const peak = (values, text) => `peak ${text(Math.max(...values))}`;
  show('clients', count(clients.keys));
  show('clients-more', `${count(clients.raw)} raw, ${count(clients.webSocket)} WebSocket, ${count(clients.home)} at home`
    + (clients.duplicate > 0 ? `, ${count(clients.duplicate)} duplicates` : '')
    + (clients.notIdeal > 0 ? `, ${count(clients.notIdeal)} would rather be elsewhere` : ''));
  line('clients-line', history.clients, slots);
  show('in', bits(traffic.bytesInPerSecond));
  show('in-more', `${rate(traffic.packetsInPerSecond, ' packets')}, ${peak(history.bytesIn, bits)}`);
  line('in-line', history.bytesIn, slots);
  show('out', bits(traffic.bytesOutPerSecond));
  show('out-more', `${rate(traffic.packetsOutPerSecond, ' packets')}, ${peak(history.bytesOut, bits)}`);
  line('out-line', history.bytesOut, slots);
  show('drops', rate(traffic.dropsPerSecond));
  show('drops-more', peak(history.drops, rate));
  line('drops-line', history.drops, slots);
  show('cpu', `${Math.round(process.cpuShare * 100)} %`);
  show('cpu-more', `of one core; there ${process.cores === 1 ? 'is 1' : `are ${process.cores}`}; ${bytes(process.residentBytes)} of memory`);
  line('cpu-line', history.cpu, slots);
  certificate(report.certificate);
  connections(report);
  list('drop-reasons', report.drops.map(d => [words(d.reason), count(d.packets)]), 'none');
  list('mesh', [['relays that watch this one', count(report.mesh.watchers)], ['packets from them', count(report.mesh.forwardedIn)]]);
  at('links-section').hidden = report.mesh.links.length === 0;
  table('links', report.mesh.links.map(l => [l.name, words(l.state), count(l.keys), count(l.forwardedOut), count(l.forwardedIn), count(l.waiting)]));
  table('talkers', report.talkers.map(t => [
    t.key, t.transport === 'web_socket' ? 'WebSocket' : words(t.transport), bits(t.bytesInPerSecond), bits(t.bytesOutPerSecond), bytes(t.bytesIn), bytes(t.bytesOut), count(t.drops)]), 'nobody sends anything');
  show('span', duration(slots * history.intervalSeconds));
}

function state(name, text) {
  at('state').className = `pill ${name}`;
  show('state', text);
}

function notice(text) {
  at('notice').hidden = text === '';
  show('notice', text);
}

const stream = new EventSource('status/stream');
stream.onmessage = event => draw(JSON.parse(event.data));
stream.onerror = () => {
  state('lost', 'no contact');
  notice('relayd does not answer, or too many status pages are open. These are the last figures; the page comes back by itself.');
  // After a refusal the browser gives up; it is worth another try.
  if (stream.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 10000);
};
