// The campaign picker. The choice stands in the address, so that a reload does not quietly go back to another campaign.

import { byId, element, fill } from "./dom.js";

/** The campaign that every installation starts with. */
export const DEFAULT_CAMPAIGN = "00000000-0000-4000-8000-000000000001";

/** The picker on the page; `id` is the campaign that prompts go to. */
export class CampaignPicker {
  #api;
  #choice = byId("campaign");
  id = new URLSearchParams(location.search).get("campaign") ?? DEFAULT_CAMPAIGN;

  constructor(api) {
    this.#api = api;
    this.#choice.addEventListener("change", () => this.#choose(this.#choice.value));
  }

  /**
   * Fill the picker. A campaign in the address that is not the user's gives way to the first that is.
   *
   * @throws {Problem} The list cannot be had.
   */
  async load() {
    const campaigns = await this.#api.campaigns();
    const options = campaigns.map(({ id, name }) => element("option", { value: id }, name));
    fill(this.#choice, ...options);
    if (campaigns.length === 0) return;
    if (!campaigns.some(({ id }) => id === this.id)) this.#choose(campaigns[0].id);
    this.#choice.value = this.id;
  }

  #choose(id) {
    this.id = id;
    const address = new URL(location.href);
    if (id === DEFAULT_CAMPAIGN) address.searchParams.delete("campaign");
    else address.searchParams.set("campaign", id);
    history.replaceState(history.state, "", address);
  }
}
