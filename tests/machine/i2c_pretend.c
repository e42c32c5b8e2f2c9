// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A pretend I2C adapter whose chips are files of 256 registers: what the tests in an emulated machine plug in.
 *
 * It has number 1, as the bus on the header of a Raspberry Pi, and answers like the adapter there: an address at which
 * there is no chip gives EREMOTEIO, a stuck bus ETIMEDOUT after the adapter's time limit. The adapter's file
 * "registers" holds all chips, 256 bytes for each address; a write there plugs the chip in.
 */
#include <linux/delay.h>
#include <linux/i2c.h>
#include <linux/module.h>
#include <linux/sysfs.h>

#define ADDRESSES 128
#define REGISTERS 256
#define HEADER_BUS 1
#define STUCK_MS 1000

struct pretend_chip {
	bool present;
	u8 pointer;
	u8 registers[REGISTERS];
};

static struct pretend_chip chips[ADDRESSES];

static int unplugged = -1;
module_param(unplugged, int, 0644);
MODULE_PARM_DESC(unplugged, "Address of a chip that has been pulled out");

static int messages_left = -1;
module_param(messages_left, int, 0644);
MODULE_PARM_DESC(messages_left, "Messages that the chip pulled out still answers; below 0 without end");

static bool stuck;
module_param(stuck, bool, 0644);
MODULE_PARM_DESC(stuck, "Something holds the clock line");

static bool is_there(u16 address)
{
	if (address >= ADDRESSES || !chips[address].present)
		return false;
	if (address != unplugged || messages_left < 0)
		return address != unplugged;
	if (messages_left == 0)
		return false;
	messages_left--;
	return true;
}

static int pretend_transfer(struct i2c_adapter *adapter, struct i2c_msg *messages, int count)
{
	int index, byte;

	if (stuck) {
		msleep(STUCK_MS);
		return -ETIMEDOUT;
	}

	for (index = 0; index < count; index++) {
		struct i2c_msg *message = &messages[index];
		struct pretend_chip *chip = &chips[message->addr % ADDRESSES];

		if (!is_there(message->addr))
			return -EREMOTEIO;

		for (byte = 0; byte < message->len; byte++) {
			if (message->flags & I2C_M_RD)
				message->buf[byte] = chip->registers[chip->pointer++];
			else if (byte == 0)
				chip->pointer = message->buf[0];
			else
				chip->registers[chip->pointer++] = message->buf[byte];
		}
	}

	return count;
}

static u32 pretend_functions(struct i2c_adapter *adapter)
{
	return I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL;
}

static const struct i2c_algorithm pretend_algorithm = {
	.master_xfer = pretend_transfer,
	.functionality = pretend_functions,
};

static struct i2c_adapter pretend_adapter = {
	.owner = THIS_MODULE,
	.nr = HEADER_BUS,
	.algo = &pretend_algorithm,
	.name = "pretend",
};

static ssize_t read_registers(struct file *file, struct kobject *kobject, struct bin_attribute *attribute,
			      char *buffer, loff_t offset, size_t count)
{
	size_t index;

	for (index = 0; index < count; index++, offset++)
		buffer[index] = chips[offset / REGISTERS].registers[offset % REGISTERS];
	return count;
}

static ssize_t write_registers(struct file *file, struct kobject *kobject, struct bin_attribute *attribute,
			       char *buffer, loff_t offset, size_t count)
{
	size_t index;

	for (index = 0; index < count; index++, offset++) {
		chips[offset / REGISTERS].registers[offset % REGISTERS] = buffer[index];
		chips[offset / REGISTERS].present = true;
	}
	return count;
}

static struct bin_attribute registers_attribute =
	__BIN_ATTR(registers, 0600, read_registers, write_registers, ADDRESSES * REGISTERS);

static int __init pretend_init(void)
{
	int result = i2c_add_numbered_adapter(&pretend_adapter);

	if (result)
		return result;
	result = sysfs_create_bin_file(&pretend_adapter.dev.kobj, &registers_attribute);
	if (result)
		i2c_del_adapter(&pretend_adapter);
	return result;
}

static void __exit pretend_exit(void)
{
	sysfs_remove_bin_file(&pretend_adapter.dev.kobj, &registers_attribute);
	i2c_del_adapter(&pretend_adapter);
}

module_init(pretend_init);
module_exit(pretend_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A pretend I2C adapter for tests");
