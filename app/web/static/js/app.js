/** The map page: state in, map, legend, title, panel and table out. */

import { comparable } from './against.js';
import { Problem } from './api.js';
import { AreaDrawing } from './area_draw.js';
import { readArea } from './area_file.js';
import { AreaView, drawnArea } from './area_view.js';
import { CellLayer } from './cells.js';
import { CompareView } from './compare_view.js';
import { Controls } from './controls.js';
import { CoveredArea } from './covered_area.js';
import { announce, byId } from './dom.js';
import { fitting } from './fitting.js';
import { Ground } from './ground.js';
import { indicatorOf } from './indicators.js';
import { drawLegend, drawLegendSkeleton } from './legend.js';
import { copyLink } from './link.js';
import { Loader, questionOf } from './loader.js';
import { TerritoryMap } from './map.js';
import { opened } from './opening.js';
import { drawAgainst } from './panel.js';
import { aboutOf, PanelView } from './panel_view.js';
import { pictureOf } from './picture.js';
import { planAddress } from './plan.js';
import { PracticeLayer } from './practices.js';
import { ReachView } from './reach_view.js';
import { sheetsOf } from './sheets.js';
import { Store } from './state.js';
import { Status } from './status.js';
import { TerritoryTable } from './table.js';
import { answerLine, showTitle } from './title.js';
import { wireTools } from './tools.js';
import { withinLimits } from './travel.js';
import { territoryName } from './words.js';

/** @typedef {import('./state.js').State} State */

/** Nobody sets out from anywhere. */
const NOWHERE = { from: null, place: null, area: null };

class Page {
  constructor() {
    this.loader = new Loader();
    /** @type {import('./loader.js').Shown|null} what the map shows now */
    this.shown = null;
    /** @type {import('./controls.js').Nomenclature|null} */
    this.nomenclature = null;
    /** Whether the map is to come near the territory that is about to be selected. */
    this.arriving = false;
    /** @type {string|null} the query string that is still to be checked */
    this.link = window.location.search;
    /** @type {string[]} what a failed answer says of the link, until the next is drawn */
    this.left = [];
    /** @type {import('./area_view.js').Area|null} an area that came in a file */
    this.brought = null;
    /** Asks again for what could not be shown. */
    this.retry = () => this.load();
    this.store = new Store((state, before, travelled) => this.onState(state, before, travelled));
    /** Whether the maps are about to halve for somebody who has not chosen what is in view. */
    this.entering = this.state.against !== null && this.state.view === null;
    this.defaultWithin = document.body.dataset.within ?? null;
    this.status = new Status(byId('status'), { onSkeleton: () => this.shown === null && drawLegendSkeleton(byId('legend')) });
    this.controls = new Controls(byId('controls'), (patch) => this.choose(patch));
    this.table = new TerritoryTable(byId('table'));
    const choices = {
      onSelect: (/** @type {number} */ id) => this.selectId(id),
      onClear: () => this.clearChoice(),
      onAim: (/** @type {import('./state.js').Place} */ from) => {
        if (this.drawing.active) this.drawing.add(from);
        else this.store.set({ ...NOWHERE, from, selected: null });
      },
    };
    this.map = new TerritoryMap(byId('map'), { ...choices, describe: (id) => this.describe(id), announce, onMove: (view) => this.onMove(view) });
    this.compare = new CompareView(byId('maps'), this.map, choices);
    this.drawing = new AreaDrawing(this.map.map, (area) => this.store.set({ ...NOWHERE, area, selected: null }));
    this.practices = new PracticeLayer(this.map.map);
    this.cells = new CellLayer(this.map.map, this.loader);
    this.covered = new CoveredArea(this.map.map, byId('legend'));
    this.ground = new Ground(this.map.map, this.loader);
    const actions = { onClose: () => this.closePanel(), onCopy: copyLink, onToggle: () => this.map.resize() };
    this.panel = new PanelView(byId('panel'), this.loader, actions);
    this.area = new AreaView(byId('panel'), this.map.map, actions);
    this.reach = new ReachView(byId('panel'), this.map.map, { ...actions, onChoose: (patch) => this.choose(patch) });
  }

  get state() {
    return this.store.state;
  }

  /** The perimeter in force: the link's, else the city's, else everything published. */
  get within() {
    return this.state.within ?? this.defaultWithin;
  }

  async start() {
    wireTools(this.map, {
      maps: () => this.compare.maps(),
      within: () => this.within,
      indicator: () => (this.state.indicator === 'access_time' && this.state.statistic === 'median' ? 'access_time_median' : this.state.indicator),
      vintage: () => this.shown?.vintage ?? null,
      drawTable: () => this.drawTable(),
      drawing: this.drawing,
      showPoints: (points) => this.store.set({ points }),
      bring: (file) => this.report(this.bring(file), () => this.status.clear()),
      goTo: (hit) => this.goTo(hit),
    });
    await this.load();
    window.addEventListener('online', () => this.status.root.classList.contains('status-offline') && this.retry());
  }

  /** Note where the map is; what Leaflet rounds to the pixel is no move. @param {import('./state.js').View} view */
  onMove(view) {
    if (!this.state.view || !this.map.isAt(this.state.view)) this.store.set({ view }, { entry: false });
  }

  /** A place was found: a territory is opened at its own scale, an address is where one sets out from. @param {import('./search.js').Hit} hit */
  goTo(hit) {
    this.arriving = hit.kind === 'territory';
    if (hit.kind === 'territory') this.store.set({ level: hit.level, selected: `${hit.level}:${hit.code}`, ...NOWHERE });
    else this.store.set({ ...NOWHERE, from: { lat: hit.lat, lon: hit.lon }, place: `${hit.label}, ${hit.note}`, selected: null });
    if (this.arriving) this.drawSelection({ focus: true });
  }

  /** Show an area of a file; rejects with a `Problem` when it is not to be sent. @param {File} file */
  async bring(file) {
    const { area, corners } = await readArea(file);
    this.store.set({ ...NOWHERE, area: corners, selected: null });
    if (corners === null) this.brought = area;
    this.area.fit(area);
    this.drawSelection({ focus: true });
  }

  /** A choice in the rail or in a panel. @param {Partial<State>} patch */
  choose(patch) {
    const next = { ...this.state, ...withinLimits(patch.level ? { ...patch, selected: null } : patch, this.state) };
    const { patch: fit, told } = this.nomenclature ? fitting(next, this.nomenclature, this.shown?.answer.release.vintage ?? null) : { patch: {}, told: [] };
    const chosen = { ...next, ...fit };
    this.entering = this.state.against === null && comparable(chosen) !== null;
    this.store.set({ ...chosen, against: comparable(chosen) });
    if (told.length > 0) this.notice(told.join(' '));
  }

  /** @param {number} id */
  selectId(id) {
    const item = this.shown?.items.get(id);
    if (item) this.store.set({ selected: `${this.shown?.level}:${item.code}`, ...NOWHERE });
  }

  /** Nothing is chosen any more, not even a file, which no state holds. */
  clearChoice() {
    const brought = this.brought !== null;
    this.brought = null;
    this.store.set({ selected: null, ...NOWHERE });
    if (brought) this.drawSelection({ focus: false });
  }

  closePanel() {
    this.clearChoice();
    byId('map').focus();
  }

  /** @param {State} state @param {State} before @param {boolean} travelled */
  onState(state, before, travelled) {
    const changed = (/** @type {Array<keyof State>} */ ...fields) => fields.some((field) => JSON.stringify(state[field]) !== JSON.stringify(before[field]));
    // The back key brings back where the map was, too.
    if (travelled && state.view) this.map.setView(state.view);
    if (travelled) this.link = window.location.search;
    if (changed('level', 'profession', 'indicator', 'selected', 'from', 'area', 'date')) this.notice('');
    if (changed('selected', 'from', 'area')) this.brought = null;
    if (this.asksAnew(state, before)) {
      this.load();
      return;
    }
    if (this.shown === null) return;
    if (changed('indicator', 'breaks', 'statistic', 'against', 'ground')) this.draw();
    if (changed('selected', 'from', 'area')) this.drawSelection({ focus: true });
    else if (changed('indicator', 'statistic', 'mode', 'minutes')) this.drawSelection({ focus: false });
    if (changed('points')) this.drawPoints();
    if (changed('ground')) this.drawGround();
    this.reflect();
  }

  /** Whether two states are answered by different answers. @param {State} state @param {State} before */
  asksAnew(state, before) {
    const key = (/** @type {State} */ one) => JSON.stringify([questionOf(one, one.within ?? this.defaultWithin), one.date]);
    return key(state) !== key(before);
  }

  async load() {
    this.status.loading();
    try {
      await this.buildControls();
      const left = this.openLink();
      const shown = await this.loader.load(this.state, this.within);
      if (shown === null) return;
      this.status.clear();
      this.apply(shown, left);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.giveUp(error);
    }
  }

  /** Bring what the link asks for to what can be shown. @returns {string[]} what could not be kept, and why */
  openLink() {
    const left = this.left.splice(0);
    if (this.link === null || !this.nomenclature) return left;
    const { patch, told } = opened(this.state, this.link, this.nomenclature);
    this.link = null;
    if (Object.keys(patch).length > 0) this.store.amend(patch);
    return [...left, ...told];
  }

  /** Say what failed; address and rail go back to the map that is still there. @param {Problem} problem */
  giveUp(problem) {
    const asked = this.state;
    if (problem.parameter === 'within' && asked.within && !this.shown) {
      this.store.amend({ within: null });
      this.link = `?dans=${asked.within}`;
      this.load();
      return;
    }
    if (['date', 'since'].includes(problem.parameter ?? '') && asked.date && !this.shown) {
      this.store.amend({ date: null });
      this.left.push(`${problem.detail} La carte montre la date publiée.`);
      this.load();
      return;
    }
    this.retry = () => {
      this.store.amend({ ...asked, view: this.state.view });
      return this.load();
    };
    if (this.shown) this.store.amend({ ...this.shown.choice, selected: this.drawnSelection });
    this.reflect();
    this.status.problem(problem, { kept: this.shown !== null, onRetry: this.retry });
  }

  /** @param {string} text what of a choice or a link could not be kept; empty for nothing */
  notice(text) {
    byId('notice').hidden = text === '';
    byId('notice').textContent = text;
  }

  /** The rail stands even when the first answer fails: another choice is a way out. */
  async buildControls() {
    if (this.nomenclature) return;
    this.nomenclature = await this.loader.nomenclature();
    this.controls.build(this.nomenclature);
    this.reflect();
  }

  /** @param {import('./loader.js').Shown} shown @param {string[]} left what of a link could not be kept */
  apply(shown, left) {
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
      left.push(`Le territoire « ${this.state.selected} » est introuvable à cette échelle.`);
      this.store.amend({ selected: null });
    }
    this.drawSelection({ focus: false });
    this.drawPoints();
    this.reflect();
    if (left.length > 0) this.notice(left.join(' '));
    this.drawGround();
    if (first) this.report(this.loader.dates().then((dates) => this.controls.showDates(dates)).then(() => this.reflect()), () => {});
  }

  reflect() {
    byId('points-toggle').setAttribute('aria-pressed', String(this.state.points));
    const chosen = this.nomenclature?.professions.find((one) => one.profession === this.state.profession);
    if (this.nomenclature) this.controls.reflect(this.state, chosen?.subject ?? 'person', this.shown?.answer ?? null);
  }

  /** @param {number} id */
  describe(id) {
    const item = this.shown?.items.get(id);
    if (!this.shown || !item) return '';
    const said = `${territoryName(this.shown.level, item)}\u00a0: ${indicatorOf(this.state).short(aboutOf(item, this.shown, this.state))}`;
    return said + this.compare.beside(id, this.state);
  }

  /** Draw the answer, then what it is compared with. */
  draw() {
    this.drawPicture();
    const { state, shown } = this;
    if (!state.against || !shown) {
      this.compare.hide();
      return;
    }
    const drawn = this.compare.load(state, this.within).then((other) => {
      if (other === null || this.shown !== shown || this.state.against !== state.against) return;
      this.drawPicture(this.compare.draw(this.state, shown, other, this.entering));
      this.entering = false;
      this.drawOther();
    });
    this.report(drawn, () => this.draw());
  }

  /** @param {import('./classes.js').Cut[]} [cuts] those of both maps, at two dates */
  drawPicture(cuts) {
    if (!this.shown) return;
    const { answer, subject, infraCommunal, whole } = this.shown;
    const picture = pictureOf(this.shown, this.state, cuts);
    this.map.paint(picture.bands, { circles: picture.circles });
    this.map.drawn = picture;
    drawLegend(byId('legend'), picture.bands, picture.legend, (ids) => this.map.highlight(ids));
    this.title = this.compare.title(this.state, this.shown, picture.title);
    showTitle(this.title, answerLine(answer, { indicator: indicatorOf(this.state), state: this.state, infraCommunal, subject }, whole));
    this.drawCells();
    this.drawTable();
    if (picture.empty) this.status.empty(...picture.empty);
    else this.status.clear();
  }

  drawCells() {
    const answer = this.state.level === 'carreau' ? null : this.shown?.answer;
    this.report(this.cells.show(answer?.uncovered_cells ? answer : null, this.within), () => this.drawCells());
    const { parameters } = questionOf(this.state, this.within);
    this.report(this.covered.show(this.state.indicator === 'coverage' ? parameters : null), () => this.drawCells());
  }

  drawTable() {
    if (!this.shown || byId('table').hidden) return;
    const onCell = (/** @type {number} */ id) => announce(this.cells.point(id));
    this.table.show(sheetsOf(this.shown, this.state, { within: this.within, title: this.title ?? '', compared: this.compare.columns(this.state), onSelect: (id) => this.selectId(id), onCell }));
  }

  /** @param {{focus: boolean}} options */
  drawSelection({ focus }) {
    if (!this.shown) return;
    const id = this.shown.idOf(this.state.selected);
    byId('hint').hidden = id !== null || this.state.from !== null || this.state.area !== null || this.brought !== null;
    this.drawnSelection = this.state.selected;
    this.map.select(id);
    this.table.select(id);
    if (this.state.from) {
      this.area.hide();
      const asked = this.reach.show(this.state, this.shown, this.within, this.state.place ?? 'Point choisi sur la carte');
      this.panel.open({ focus: focus && asked });
      return;
    }
    this.reach.hide();
    const area = this.state.area ? drawnArea(this.state.area) : this.brought;
    if (area) {
      const asked = this.area.show(area, this.state);
      this.panel.open({ focus: focus && asked });
      return;
    }
    this.area.hide();
    this.panel.show(id, this.shown, this.state, { focus });
    this.drawOther();
    if (id === null) return;
    if (this.arriving) this.map.approach(id);
    this.arriving = false;
    this.map.reveal(id, byId('panel'));
  }

  drawGround() {
    const plan = this.state.ground === 'plan' && planAddress() !== null;
    if (this.shown) this.ground.draw({ within: this.within, demonstration: this.shown.demonstration, plan });
  }

  drawPoints() {
    const { points, profession, scope, date } = this.state;
    const choice = points ? { profession, scope, within: this.within, date } : null;
    if (this.shown) this.report(this.practices.show(choice, this.shown.subject), () => this.drawPoints());
  }

  /** The chosen territory on the second map, and what that one says of it. */
  drawOther() {
    const id = this.shown?.idOf(this.state.selected) ?? null;
    this.compare.select(id);
    drawAgainst(byId('panel'), id === null || !this.shown ? [] : this.compare.words(id, this.state, this.shown));
  }

  /** Tell of what is drawn over the map and failed: the map stands. @param {Promise<void>} drawn @param {() => void} onRetry */
  report(drawn, onRetry) {
    drawn.catch((error) => {
      if (error instanceof Problem) this.status.problem(error, { kept: true, onRetry });
      else if (error.name !== 'AbortError') throw error;
    });
  }
}

new Page().start();
