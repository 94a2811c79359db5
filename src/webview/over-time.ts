import uPlot from 'uplot';
import type { ToPage } from '../core/page/messages';
import { aMinute, burnedADay, type Sample } from '../core/page/samples';
import { formatBytes, formatCount, formatCycles } from '../core/util/amounts';
import { type Message, msg } from '../core/util/message';
import { element, tableParts } from './dom';
import { send } from './host';
import type { Translator } from './words';

const HEIGHT = 300;
const MEGA = 1_000_000;

interface Series {
  readonly name: string;
  readonly label: Message;
  /** @param before the sample before it, for what happens from one to the next */
  readonly value: (sample: Sample, before: Sample | undefined) => number | undefined;
  readonly format: (value: number) => string;
}

const cycles = (value: number) => formatCycles(BigInt(Math.round(value)));

function memory(name: 'memory' | 'wasm' | 'stable' | 'module' | 'snapshots', label: Message): Series {
  return { name, label, value: (sample) => sample[name], format: (value) => formatBytes(BigInt(Math.round(value))) };
}

function eachMinute(name: 'queries' | 'instructions', label: Message): Series {
  return {
    name,
    label,
    value: (sample, before) => before && aMinute(name, before, sample),
    format: (value) => (value < 10 ? String(Math.round(value * 100) / 100) : formatCount(BigInt(Math.round(value)))),
  };
}

const SERIES: readonly Series[] = [
  { name: 'cycles', label: msg('Cycles'), value: ({ megacycles }) => megacycles * MEGA, format: cycles },
  {
    name: 'burned',
    label: msg('Cycles burned a day'),
    value: (sample, before) => before && burnedADay(before, sample),
    format: cycles,
  },
  memory('memory', msg('Memory')),
  memory('wasm', msg('Wasm memory')),
  memory('stable', msg('Stable memory')),
  memory('module', msg('Memory of the module')),
  memory('snapshots', msg('Memory of snapshots')),
  eachMinute('queries', msg('Queries a minute')),
  eachMinute('instructions', msg('Instructions of queries a minute')),
];

type Samples = Extract<ToPage, { type: 'samples' }>;

/** The part of the page that shows what was measured, as a chart and as a table. */
export class OverTimeView {
  readonly panel = element('div', { class: 'over-time' });
  readonly #choice = element('select');
  /** Focused, it is read with the arrow keys. */
  readonly #chart = element('div', { class: 'chart', attributes: { tabindex: '0', role: 'img' } });
  readonly #exact = element('p', { attributes: { role: 'status', 'aria-live': 'polite' } });
  readonly #outlook = element('p');
  readonly #table = element('table');
  readonly #tableHead = element('summary');
  #words: Translator;
  #data: Samples = { type: 'samples', samples: [] };
  #plot: uPlot | undefined;
  #visible = false;
  /** When what is read was measured, in milliseconds since 1970. */
  #at: number | undefined;

  constructor(words: Translator) {
    this.#words = words;
    this.#choice.addEventListener('change', () => this.#draw());
    this.#chart.addEventListener('keydown', (event) => this.#key(event));
    const details = element('details', {}, this.#tableHead, this.#table);
    this.panel.append(
      element('div', { class: 'buttons' }, this.#choice),
      this.#outlook,
      this.#chart,
      this.#exact,
      details,
    );
    new ResizeObserver(() => this.#resize()).observe(this.#chart);
    // The theme is told by the classes of the body.
    new MutationObserver(() => this.#draw()).observe(document.body, { attributeFilter: ['data-vscode-theme-id'] });
  }

  setWords(words: Translator): void {
    this.#words = words;
    this.#choice.setAttribute('aria-label', words.text(msg('What is shown')));
    this.#choice.replaceChildren(
      ...SERIES.map(({ name, label }) => element('option', { attributes: { value: name } }, words.text(label))),
    );
    this.#tableHead.textContent = words.text(msg('As a table'));
  }

  setVisible(visible: boolean): void {
    if (visible !== this.#visible) {
      this.#visible = visible;
      send({ type: 'samples', follow: visible });
      this.#draw();
    }
  }

  set(data: Samples): void {
    this.#data = data;
    this.#draw();
  }

  get #series(): Series {
    return SERIES.find(({ name }) => name === this.#choice.value) ?? SERIES[0]!;
  }

  #points(): { readonly at: number; readonly value: number | null }[] {
    const { samples } = this.#data;
    const { value } = this.#series;
    return samples.map((sample, index) => ({ at: sample.at, value: value(sample, samples[index - 1]) ?? null }));
  }

  #draw(): void {
    if (!this.#visible) {
      return;
    }
    const words = this.#words;
    const points = this.#points();
    const known = points.flatMap(({ value }) => value ?? []);
    this.#outlook.textContent = this.#data.outlook ? words.list(this.#data.outlook) : '';
    const read = this.#at;
    this.#plot?.destroy();
    this.#plot = undefined;
    const name = words.text(this.#series.label);
    if (known.length < 2) {
      const wait = words.text(msg('There is nothing to draw yet: it is measured while this page is open.'));
      this.#chart.replaceChildren(element('p', { class: 'quiet' }, wait));
      this.#chart.setAttribute('aria-label', `${name}. ${wait}`);
    } else {
      this.#chart.replaceChildren();
      this.#plot = new uPlot(
        this.#options(),
        [points.map(({ at }) => at / 1_000), points.map(({ value }) => value)],
        this.#chart,
      );
      const { format } = this.#series;
      const range = msg('between {0} and {1}', format(Math.min(...known)), format(Math.max(...known)));
      const how = msg('The arrow keys read single values.');
      this.#chart.setAttribute('aria-label', words.list([name, range, how], ', '));
      // Whoever reads stays where they are when more is measured.
      const index = points.findIndex(({ at }) => at === read);
      if (index >= 0) {
        this.#goTo(this.#plot, index);
      }
    }
    this.#drawTable(points, name);
  }

  #options(): uPlot.Options {
    const style = getComputedStyle(document.body);
    const color = (variable: string, otherwise: string) => style.getPropertyValue(variable).trim() || otherwise;
    const text = color('--vscode-foreground', 'gray');
    const grid = { stroke: color('--vscode-editorWidget-border', 'rgba(128, 128, 128, 0.3)'), width: 1 };
    const font = `12px ${color('--vscode-font-family', 'sans-serif')}`;
    const { format, label } = this.#series;
    return {
      width: Math.max(200, this.#chart.clientWidth),
      height: HEIGHT,
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      hooks: {
        setCursor: [(plot) => this.#read(plot.cursor.idx ?? undefined)],
      },
      axes: [
        { stroke: text, font, grid, ticks: grid },
        {
          stroke: text,
          font,
          grid,
          ticks: grid,
          size: 90,
          label: this.#words.text(label),
          labelFont: font,
          values: (_, splits) => splits.map((split) => format(split)),
        },
      ],
      series: [{}, { stroke: color('--vscode-charts-blue', 'blue'), width: 2, points: { show: false } }],
    };
  }

  /** Says the exact value at a place of the chart. */
  #read(index: number | undefined): void {
    const point = index === undefined ? undefined : this.#points()[index];
    this.#at = point?.at;
    const said = point ? `${this.#time(point.at)}: ${this.#value(point.value)}` : '';
    if (this.#exact.textContent !== said) {
      this.#exact.textContent = said;
    }
  }

  #value(value: number | null): string {
    return value === null ? this.#words.text(msg('not known')) : this.#series.format(value);
  }

  #time(at: number): string {
    return new Date(at).toLocaleString(document.documentElement.lang);
  }

  #key(event: KeyboardEvent): void {
    const { samples } = this.#data;
    const last = samples.length - 1;
    const now = samples.findIndex(({ at }) => at === this.#at);
    const moves: Record<string, number> = {
      ArrowLeft: (now < 0 ? samples.length : now) - 1,
      ArrowRight: now + 1,
      Home: 0,
      End: last,
    };
    const to = moves[event.key];
    const plot = this.#plot;
    if (to !== undefined && plot) {
      event.preventDefault();
      this.#goTo(plot, Math.min(Math.max(to, 0), last));
    }
  }

  #goTo(plot: uPlot, index: number): void {
    const { at, value } = this.#points()[index]!;
    plot.setCursor({ left: plot.valToPos(at / 1_000, 'x'), top: value === null ? 0 : plot.valToPos(value, 'y') });
    this.#read(index);
  }

  #drawTable(points: readonly { readonly at: number; readonly value: number | null }[], name: string): void {
    const rows = points
      .slice()
      .reverse()
      .map(({ at, value }) =>
        element('tr', {}, element('td', {}, this.#time(at)), element('td', {}, this.#value(value))),
      );
    this.#table.replaceChildren(...tableParts([this.#words.text(msg('Time')), name], rows));
  }

  #resize(): void {
    this.#plot?.setSize({ width: Math.max(200, this.#chart.clientWidth), height: HEIGHT });
  }
}
