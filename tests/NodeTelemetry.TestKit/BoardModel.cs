namespace NodeTelemetry.TestKit;

/// <summary>A kind of emulated board.</summary>
/// <param name="Qemu">The program that emulates it.</param>
/// <param name="Processor">The program that emulates single programs for it.</param>
/// <param name="Folder">The folder of artifacts with what it boots.</param>
/// <param name="Script">The script in tests/machine that creates the folder.</param>
/// <param name="Machine">QEMU's options for the machine.</param>
/// <param name="Card">QEMU's device for the network card.</param>
/// <param name="Interface">The name of the network card there.</param>
/// <param name="KernelOptions">Options of the kernel.</param>
/// <param name="Setup">What loads the drivers, in a shell script.</param>
public sealed record BoardModel(
    string Qemu,
    string Processor,
    string Folder,
    string Script,
    IReadOnlyList<string> Machine,
    string Card,
    string Interface,
    string KernelOptions,
    string Setup)
{
    /// <summary>A 64-bit ARM machine.</summary>
    public static readonly BoardModel Arm64 = new(
        "/usr/bin/qemu-system-aarch64",
        Arm64Emulator.Path,
        "machine-arm64",
        "prepare-arm64",
        ["-M", "virt", "-cpu", "cortex-a72", "-smp", "2", "-m", "512"],
        "virtio-net-pci,netdev=n0,romfile=",
        "eth0",
        "quiet",
        """
        for module in virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci failover net_failover virtio_net; do
          insmod /modules/$module.ko || poweroff -f
        done
        """);

    /// <summary>A Raspberry Pi Zero: ARMv6 with 512 MB. Its devices on the header are modules that pretend to be an Enviro and the matrix and joystick of a
    /// Sense HAT; the lines are the machine's own.</summary>
    /// <remarks>
    /// Its clock counts instructions, 4 ns each. With the host's clock, a busy host lets the kernel set the next interrupt of this board's timer to a
    /// time that has passed, and the machine stands still for the 71 minutes until the timer wraps.
    /// The kernel's driver for power domains needs what QEMU 7.2 lacks, and its console must not take the matrix.
    /// </remarks>
    public static readonly BoardModel Zero = new(
        "/usr/bin/qemu-system-arm",
        MonoAgent.Emulator,
        "machine-zero",
        "prepare-zero",
        ["-M", "raspi0", "-icount", "shift=2,sleep=on", "-dtb", Path.Combine(RepositoryRoot.Path, "artifacts/machine-zero/board.dtb")],
        "usb-net,netdev=n0",
        "usb0",
        "quiet initcall_blacklist=bcm2835_power_driver_init fbcon=map:1",
        """
        mount -t debugfs debugfs /sys/kernel/debug
        echo 20804000.i2c >/sys/bus/platform/drivers/i2c-bcm2835/unbind
        for module in bcm2835-rng mii usbnet cdc_ether i2c-dev i2c_pretend spi_pretend evdev hat_pretend soundcore snd snd-timer snd-pcm; do
          insmod /modules/$module.ko || poweroff -f
        done
        insmod /modules/snd-aloop.ko id=adau7002 || poweroff -f
        for chip in /chips/*; do
          [ -f "$chip" ] && dd if="$chip" of=/sys/bus/i2c/devices/i2c-1/registers bs=256 seek=$((0x${chip##*/})) conv=notrunc 2>/dev/null
        done
        until [ -d /sys/class/net/usb0 ]; do sleep 0.1; done
        """);

    /// <summary>Gets why there can be no such board here; <see langword="null"/> if there can.</summary>
    public string? Obstacle =>
        NetworkLab.Obstacle
        ?? (!File.Exists(Processor) ? $"{Processor} is missing; install it with: apt-get install qemu-user-static"
        : !File.Exists(Qemu) ? $"{Qemu} is missing: apt-get install qemu-system-arm"
        : !File.Exists(Prepared("stamp")) ? $"the emulated board has no kernel: run tests/machine/{Script}"
        : null);

    /// <summary>Returns the path of a file that it boots.</summary>
    public string Prepared(string name) => Path.Combine(RepositoryRoot.Path, "artifacts", Folder, name);
}
