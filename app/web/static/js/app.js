/** The map page: state in, map, legend, title, panel and table out. */

import { wireAbout } from './about.js';
import { apiUrl, currentRelease, Problem } from './api.js';
import { classify, isFew } from './classes.js';
import { Controls } from './controls.js';
import { announce, byId } from './dom.js';
import { Ground } from './ground.js';
import { drawLegend, drawLegendSkeleton } from './legend.js';
import { copyLink } from './link.js';
import { Loader } from './loader.js';
import { TerritoryMap } from './map.js';
import { count, rate } from './format.js';
import { incomplete, settle } from './opening.js';
import { PanelView } from './panel_view.js';
import { PracticeLayer } from './practices.js';
import { wirePrint } from './print.js';
import { Store } from './state.js';
import { Status } from './status.js';
import { TerritoryTable } from './table.js';
import { answerLine, headingOf, titleOf, valueOf } from './title.js';
import { FEW_WORDS, subjectWords, territoryName, unknownWords } from './words.js';

/** @typedef {import('./state.js').State} State */

class Page {
  constructor() {
    this.loader = new Loader();
    /** @type {import('./loader.js').Shown|null} what the map shows now */
    this.shown = null;
    /** @type {import('./controls.js').Nomenclature|null} */
    this.nomenclature = null;
    /** @type {string|null} the query string that is still to be checked */
    this.link = window.location.search;
    /** Asks again for what could not be shown. */
    this.retry = () => this.load();
    this.store = new Store((state, before, travelled) => this.onState(state, before, travelled));
    this.defaultWithin = document.body.dataset.within ?? null;
    this.status = new Status(byId('status'), { onSkeleton: () => this.shown === null && drawLegendSkeleton(byId('legend')) });
    this.controls = new Controls(byId('controls'), (patch) => this.choose(patch));
    this.table = new TerritoryTable(byId('table'), (id) => this.selectId(id));
    this.map = new TerritoryMap(byId('map'), {
      onSelect: (id) => this.selectId(id),
      onClear: () => this.store.set({ selected: null }),
      describe: (id) => this.describe(id),
      announce,
      onMove: (view) => this.onMove(view),
    });
    this.practices = new PracticeLayer(this.map.map);
    this.ground = new Ground(this.map.map, this.loader);
    this.panel = new PanelView(byId('panel'), this.loader, {
      onClose: () => this.closePanel(),
      onCopy: (button) => copyLink(button),
      onToggle: () => this.map.resize(),
    });
  }

  get state() {
    return this.store.state;
  }

  /** The perimeter in force: the link's, else the city's, else everything published. */
  get within() {
    return this.state.within ?? this.defaultWithin;
  }

  async start() {
    this.wireTools();
    await this.load();
    window.addEventListener('online', () => this.status.root.classList.contains('status-offline') && this.retry());
  }

  wireTools() {
    wireAbout(/** @type {HTMLDetailsElement} */ (byId('about')));
    byId('copy-link').addEventListener('click', () => copyLink(byId('copy-link')));
    this.wireToggle('rail-toggle', (open) => byId('controls').classList.toggle('open', open));
    this.wireToggle('table-toggle', (open) => {
      byId('table').hidden = !open;
      if (open) this.drawTable();
      this.map.resize();
    });
    wirePrint(this.map, () => ({ release: currentRelease(), vintage: this.shown?.answer.release.vintage ?? null }));
    new ResizeObserver(() => this.map.resize()).observe(byId('map'));
  }

  /** @param {string} id @param {(open: boolean) => void} apply */
  wireToggle(id, apply) {
    const button = byId(id);
    button.addEventListener('click', () => {
      const open = button.getAttribute('aria-expanded') !== 'true';
      button.setAttribute('aria-expanded', String(open));
      apply(open);
    });
  }

  /** Note where the map is; what Leaflet rounds to the pixel is no move. @param {import('./state.js').View} view */
  onMove(view) {
    if (!this.state.view || !this.map.isAt(this.state.view)) this.store.set({ view }, { entry: false });
  }

  /** A choice in the rail. @param {Partial<State>} patch */
  choose(patch) {
    this.store.set(patch.level ? { ...patch, selected: null } : patch);
  }

  /** @param {number} id */
  selectId(id) {
    const item = this.shown?.items.get(id);
    if (item) this.store.set({ selected: `${this.shown?.level}:${item.code}` });
  }

  closePanel() {
    this.store.set({ selected: null });
    byId('map').focus();
  }

  /** @param {State} state @param {State} before @param {boolean} travelled */
  onState(state, before, travelled) {
    const changed = (/** @type {Array<keyof State>} */ ...fields) => fields.some((field) => state[field] !== before[field]);
    // The back key brings back where the map was, too.
    if (travelled && state.view) this.map.setView(state.view);
    if (travelled) this.link = window.location.search;
    if (changed('level', 'profession', 'measure', 'selected')) this.notice([]);
    if (changed('level', 'profession', 'scope', 'within')) {
      this.load();
      return;
    }
    if (this.shown === null) return;
    if (changed('measure', 'breaks')) this.draw();
    if (changed('selected')) this.drawSelection({ focus: true });
    else if (changed('measure')) this.drawSelection({ focus: false });
    if (changed('points')) this.drawPoints();
    this.reflect();
  }

  async load() {
    this.status.loading();
    try {
      await this.buildControls();
      const wrong = this.openLink();
      const shown = await this.loader.load(this.state, this.within);
      if (shown === null) return;
      this.status.clear();
      this.apply(shown, wrong);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.giveUp(error);
    }
  }

  /** Bring what the link asks for to what can be shown. @returns {string[]} what could not be kept */
  openLink() {
    if (this.link === null || !this.nomenclature) return [];
    const { patch, wrong } = settle(this.state, this.link, this.nomenclature);
    this.link = null;
    if (Object.keys(patch).length > 0) this.store.amend(patch);
    return wrong;
  }

  /** Say what failed; address and rail go back to the map that is still there. @param {Problem} problem */
  giveUp(problem) {
    const { level, profession, scope, within, selected } = this.state;
    if (problem.parameter === 'within' && within && !this.shown) {
      this.store.amend({ within: null });
      this.link = `?dans=${within}`;
      this.load();
      return;
    }
    this.retry = () => {
      this.store.amend({ level, profession, scope, within, selected });
      this.load();
    };
    if (this.shown) this.store.amend({ ...this.shown.choice, selected: this.drawnSelection });
    this.reflect();
    this.status.problem(problem, { kept: this.shown !== null, onRetry: this.retry });
  }

  /** @param {string[]} wrong what of the link could not be kept */
  notice(wrong) {
    byId('notice').hidden = wrong.length === 0;
    byId('notice').textContent = wrong.length > 0 ? incomplete(wrong) : '';
  }

  /** The rail stands even when the first answer fails: another choice is a way out. */
  async buildControls() {
    if (this.nomenclature) return;
    this.nomenclature = await this.loader.nomenclature();
    this.controls.build(this.nomenclature);
    this.reflect();
  }

  /** @param {import('./loader.js').Shown} shown @param {string[]} wrong */
  apply(shown, wrong) {
    const first = this.shown === null;
    const sameGround = this.shown?.geometry === shown.geometry;
    this.shown = shown;
    if (!sameGround) this.map.setGeometry(shown.geometry);
    if (first && this.state.view) this.map.setView(this.state.view);
    if ((first || !sameGround) && !(this.state.view && this.map.seesTerritories())) this.map.fit();
    this.controls.showVintage(shown.answer.release.vintage);
    byId('banner').hidden = !shown.demonstration;
    this.draw();
    if (this.state.selected && shown.idOf(this.state.selected) === null) {
      wrong.push(`territoire « ${this.state.selected} » introuvable à cette échelle`);
      this.store.amend({ selected: null });
    }
    this.drawSelection({ focus: false });
    this.drawPoints();
    this.reflect();
    if (wrong.length > 0) this.notice(wrong);
    this.ground.draw(this.within, shown.demonstration);
  }

  reflect() {
    const chosen = this.nomenclature?.professions.find((one) => one.profession === this.state.profession);
    if (this.nomenclature) this.controls.reflect(this.state, chosen?.subject ?? 'person');
  }

  /** @param {number} id */
  describe(id) {
    const item = this.shown?.items.get(id);
    if (!this.shown || !item) return '';
    const value = valueOf(item, this.state.measure);
    const name = territoryName(this.shown.level, item);
    if (value === null) return `${name}\u00a0: ${unknownWords(item.population)}`;
    if (this.state.measure === 'weight') return `${name}\u00a0: ${rate(value)} ${this.shown.answer.unit}${isFew(item.population) ? `, ${FEW_WORDS}` : ''}`;
    return `${name}\u00a0: ${count(value)} ${headingOf(this.state.measure, this.shown.subject, '')}`;
  }

  draw() {
    if (!this.shown) return;
    const { measure, breaks } = this.state;
    const { answer, subject, level } = this.shown;
    const whole = measure !== 'weight';
    const valued = answer.items.map((/** @type {any} */ item) => ({ id: item.id, value: valueOf(item, measure), population: item.population, few: !whole && isFew(item.population) }));
    const bands = classify(valued, { method: breaks, whole });
    const circles = whole ? new Map(valued.map((/** @type {any} */ one) => [one.id, one.value ?? 0])) : null;
    this.map.paint(bands, { circles });
    const heading = headingOf(measure, subject, answer.unit);
    drawLegend(byId('legend'), bands, { heading, level, people: answer.population_label, whole, circles: whole }, (ids) => this.map.highlight(ids));
    const title = titleOf(answer, measure, subject);
    byId('title').textContent = title;
    document.title = title;
    byId('answer').textContent = answerLine(answer, { measure, level, infraCommunal: this.shown.infraCommunal, subject }, this.shown.whole);
    this.drawTable();
    this.drawEmpty(valued);
  }

  /** @param {import('./classes.js').Valued[]} valued */
  drawEmpty(valued) {
    if (valued.length === 0) {
      this.status.empty('Aucun territoire à cette échelle', "Le périmètre affiché n'en contient pas. Choisissez une autre échelle dans « À quelle échelle ».");
    } else if (valued.every(({ value }) => value === 0)) {
      const who = subjectWords(this.shown?.subject ?? 'person', 1);
      this.status.empty(`Aucun ${who} localisé`, "Tous les territoires sont à zéro. Regardez l'échelle de la commune : les non localisés n'y sont comptés qu'à cette échelle.");
    } else this.status.clear();
  }

  drawTable() {
    if (!this.shown || byId('table').hidden) return;
    const { answer, level, subject } = this.shown;
    const query = { level, within: this.within, profession: this.state.profession, scope: this.state.scope };
    this.table.show(answer.items, {
      level,
      people: answer.population_label,
      who: subject === 'establishment' ? 'Établissements' : 'Praticiens',
      title: answer.title,
      csv: apiUrl('densities', { ...query, format: 'csv' }),
      geojson: apiUrl('densities', { ...query, format: 'geojson' }),
    });
  }

  /** @param {{focus: boolean}} options */
  drawSelection({ focus }) {
    if (!this.shown) return;
    const id = this.shown.idOf(this.state.selected);
    byId('hint').hidden = id !== null;
    this.drawnSelection = this.state.selected;
    this.map.select(id);
    this.table.select(id);
    this.panel.show(id, this.shown, this.state, { focus });
    if (id !== null) this.map.reveal(id, byId('panel'));
  }

  drawPoints() {
    if (!this.shown || !this.state.points) {
      this.practices.hide();
      return;
    }
    const choice = { profession: this.state.profession, scope: this.state.scope, within: this.within };
    this.practices.show(choice, this.shown.subject).catch((error) => {
      if (error instanceof Problem) this.status.problem(error, { kept: true, onRetry: () => this.drawPoints() });
      else if (error.name !== 'AbortError') throw error;
    });
  }
}

new Page().start();
