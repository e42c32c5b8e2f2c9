// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A pretend SPI controller with one device, /dev/spidev0.1, which keeps what is written to it: the LCD of an Enviro in
 * the tests in an emulated machine. The controller's file "written" holds the newest bytes of all transfers.
 */
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/spi/spi.h>
#include <linux/sysfs.h>

#define CHIP_SELECTS 2
#define LCD_SELECT 1
#define KEPT_BYTES 65536

static u8 kept[KEPT_BYTES];
static size_t next;
static struct platform_device *parent;
static struct spi_controller *controller;

static int pretend_transfer(struct spi_controller *bus, struct spi_device *device, struct spi_transfer *transfer)
{
	const u8 *bytes = transfer->tx_buf;
	unsigned int index;

	if (bytes)
		for (index = 0; index < transfer->len; index++)
			kept[next++ % KEPT_BYTES] = bytes[index];
	if (transfer->rx_buf)
		memset(transfer->rx_buf, 0, transfer->len);
	return 0;
}

static ssize_t read_written(struct file *file, struct kobject *kobject, struct bin_attribute *attribute,
			    char *buffer, loff_t offset, size_t count)
{
	size_t index;

	for (index = 0; index < count; index++)
		buffer[index] = kept[(next + offset + index) % KEPT_BYTES];
	return count;
}

static struct bin_attribute written_attribute = __BIN_ATTR(written, 0400, read_written, NULL, KEPT_BYTES);

static struct spi_board_info lcd = {
	/* One of the names that the driver spidev accepts. */
	.modalias = "bh2228fv",
	.max_speed_hz = 16000000,
	.chip_select = LCD_SELECT,
};

static int __init pretend_init(void)
{
	int result;

	parent = platform_device_register_simple("spi_pretend", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(parent))
		return PTR_ERR(parent);

	controller = spi_alloc_master(&parent->dev, 0);
	if (!controller) {
		platform_device_unregister(parent);
		return -ENOMEM;
	}

	controller->bus_num = 0;
	controller->num_chipselect = CHIP_SELECTS;
	controller->mode_bits = SPI_CPOL | SPI_CPHA;
	controller->bits_per_word_mask = SPI_BPW_MASK(8);
	controller->transfer_one = pretend_transfer;
	result = spi_register_controller(controller);
	if (result) {
		spi_controller_put(controller);
		platform_device_unregister(parent);
		return result;
	}

	result = spi_new_device(controller, &lcd) ? sysfs_create_bin_file(&parent->dev.kobj, &written_attribute) : -ENODEV;
	if (result) {
		spi_unregister_controller(controller);
		platform_device_unregister(parent);
	}

	return result;
}

static void __exit pretend_exit(void)
{
	sysfs_remove_bin_file(&parent->dev.kobj, &written_attribute);
	spi_unregister_controller(controller);
	platform_device_unregister(parent);
}

module_init(pretend_init);
module_exit(pretend_exit);
MODULE_DESCRIPTION("Pretend SPI controller for tests");
MODULE_LICENSE("Dual MIT/GPL");
