// The tables and facts of a node's page, from readings that few machines have all of.
import assert from "node:assert/strict";
import { keepScreenshot, tileOf } from "./support/browser.mjs";
import { scripted, textOf, waitForText } from "./support/scripted.mjs";
import { simulatedNode } from "./support/simulatedNodes.mjs";

const faulty = {
  io: {
    sda: { diskReadBytes: 1_000_000, diskWrittenBytes: 2_000_000, diskErrors: 3, diskOnline: 1 },
    sdb: { diskReadBytes: 0, diskWrittenBytes: 0, diskOnline: 0 },
    nvme0n1: { diskReadBytes: 5_000_000, diskWrittenBytes: 4_000_000, diskErrors: 0, diskOnline: 1 },
  },
  mmc: { mmcblk0: { mmcLifeUsedRatioA: 0.9, mmcLifeUsedRatioB: 0.1, mmcPreEndOfLife: 2, name: "DG4032" } },
  md: {
    md0: { mdDisks: 4, mdDisksMissing: 1, mdSyncRatio: 0.42, level: "raid5", state: "clean", action: "recover" },
    md1: { mdDisks: 2, mdDisksMissing: 0, level: "raid1", state: "clean", action: "idle" },
  },
  zpool: { tank: { zfsPoolOnline: 0, state: "DEGRADED" }, rpool: { zfsPoolOnline: 1, state: "ONLINE" } },
  supply: {
    AC: { type: "Mains", powerSupplyOnline: 0 },
    ups0: {
      type: "UPS",
      status: "Discharging",
      powerSupplyOnBattery: 1,
      powerSupplyChargeRatio: 0.23,
      powerSupplySecondsLeft: 1260,
      powerSupplyVolts: 13.12,
    },
  },
  edac: { mc0: { memoryErrorsCorrected: 7, memoryErrorsUncorrected: 0 } },
  tcpConnectionsEstablished: 12,
  tcpSegmentsRetransmitted: 345,
  softnetDrops: 6,
  conntrackEntries: 1200,
  conntrackEntriesLimit: 4000,
  nfsClientCalls: 1000,
  nfsClientRetransmissions: 4,
  fileHandlesOpen: 1888,
  fileHandlesLimit: 9_223_372_036_854_775_807,
  entropyAvailable: 256,
  swapTotalBytes: 2 ** 30,
  swapFreeBytes: 2 ** 29,
  oomKills: 2,
  clockSynchronised: 1,
  clockErrorMaxSeconds: 0.0123,
  clockRtcPresent: 0,
  agentSendsFailed: 5,
  agentTicksSkipped: 0,
};

for (const colorScheme of ["light", "dark"]) {
  scripted(
    `Arrays, pools, supplies and errors are tables, with what is wrong marked, in ${colorScheme} colours`,
    [simulatedNode(0, { readings: { ...simulatedNode(0).readings, ...faulty } })],
    async ({ page, nodes }) => {
      await tileOf(page, nodes[0].id).click();
      const row = (title, index) =>
        page
          .locator(".section", { has: page.locator("h2").getByText(title, { exact: true }) })
          .locator("tbody tr")
          .nth(index);
      const levelOf = (title, index, column) => row(title, index).locator("td").nth(column).getAttribute("data-level");

      await waitForText(row("Disks", 0), /^sda.*\b3$/s);
      assert.equal(await levelOf("Disks", 0, 4), "warm");
      await waitForText(row("Disks", 1), /offline$/);
      assert.equal(await levelOf("Disks", 1, 4), "hot");
      assert.equal(await levelOf("Disks", 2, 4), "calm");
      await waitForText(row("Flash memory wear", 0), /mmcblk0\s*90 %\s*10 %\s*80 % used up\s*DG4032/);
      await waitForText(row("RAID arrays", 0), /md0\s*raid5\s*3 of 4\s*clean\s*recover 42 %/);
      assert.equal(await levelOf("RAID arrays", 0, 1), "hot");
      await waitForText(row("RAID arrays", 1), /md1\s*raid1\s*2\s*clean\s*$/);
      await waitForText(row("ZFS pools", 0), /tank\s*degraded/);
      assert.equal(await levelOf("ZFS pools", 0, 0), "hot");
      assert.equal(await levelOf("ZFS pools", 1, 0), "calm");
      await waitForText(row("Power supplies", 0), /AC\s*Mains\s*not connected/);
      await waitForText(row("Power supplies", 1), /ups0\s*UPS\s*discharging\s*23 %\s*21 min\s*13\.12 V/);
      assert.equal(await levelOf("Power supplies", 1, 1), "hot");
      await waitForText(row("Memory errors (ECC)", 0), /mc0\s*7\s*0/);
      assert.equal(await levelOf("Memory errors (ECC)", 0, 0), "warm");

      const facts = await textOf(page.locator(".facts"));
      assert.match(facts, /TCP\s*12 established · 345 segments retransmitted/);
      assert.match(facts, /Receive queues\s*6 dropped/);
      assert.match(facts, /Tracked connections\s*1 ?200 of 4 ?000 \(30 %\)/);
      assert.match(facts, /NFS client\s*1 ?000 calls · 4 repeated/);
      assert.match(facts, /File handles\s*1 ?888\n/, "the kernel's default limit is none");
      assert.match(facts, /Swap\s*512 MiB of 1\.00 GiB \(50 %\)/);
      assert.match(facts, /OOM kills\s*2\n/);
      assert.match(facts, /Clock\s*synchronised · error below 12\.3 ms · no RTC/);
      assert.match(facts, /Agent's losses\s*5 datagrams not sent\n/);
      assert.match(facts, /Entropy\s*256 bits/);
      await keepScreenshot(page, `scripted-rare-sections-${colorScheme}`);
    },
    { options: { colorScheme } },
  );
}
