// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A pretend GPIO chip with the label and the 54 lines of a Raspberry Pi's header. Its parameter "levels" shows what the
 * lines are driven to, and what is written there is what inputs read.
 */
#include <linux/gpio/driver.h>
#include <linux/module.h>
#include <linux/platform_device.h>

#define LINES 54

static unsigned long long levels;
module_param(levels, ullong, 0644);
MODULE_PARM_DESC(levels, "A bit for each line: driven to, or to be read");

static unsigned long long outputs;
module_param(outputs, ullong, 0444);
MODULE_PARM_DESC(outputs, "A bit for each line that is driven");

static int pretend_direction(struct gpio_chip *chip, unsigned int line)
{
	return outputs & BIT_ULL(line) ? GPIO_LINE_DIRECTION_OUT : GPIO_LINE_DIRECTION_IN;
}

static int pretend_input(struct gpio_chip *chip, unsigned int line)
{
	outputs &= ~BIT_ULL(line);
	return 0;
}

static void pretend_set(struct gpio_chip *chip, unsigned int line, int value)
{
	if (value)
		levels |= BIT_ULL(line);
	else
		levels &= ~BIT_ULL(line);
}

static int pretend_output(struct gpio_chip *chip, unsigned int line, int value)
{
	pretend_set(chip, line, value);
	outputs |= BIT_ULL(line);
	return 0;
}

static int pretend_get(struct gpio_chip *chip, unsigned int line)
{
	return !!(levels & BIT_ULL(line));
}

static struct gpio_chip chip = {
	.label = "pinctrl-bcm2835",
	.owner = THIS_MODULE,
	.base = -1,
	.ngpio = LINES,
	.get_direction = pretend_direction,
	.direction_input = pretend_input,
	.direction_output = pretend_output,
	.get = pretend_get,
	.set = pretend_set,
};

static struct platform_device *device;

static int __init pretend_init(void)
{
	int result;

	device = platform_device_register_simple("gpio_pretend", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(device))
		return PTR_ERR(device);

	chip.parent = &device->dev;
	result = gpiochip_add_data(&chip, NULL);
	if (result)
		platform_device_unregister(device);

	return result;
}

static void __exit pretend_exit(void)
{
	gpiochip_remove(&chip);
	platform_device_unregister(device);
}

module_init(pretend_init);
module_exit(pretend_exit);
MODULE_DESCRIPTION("Pretend GPIO chip for tests");
MODULE_LICENSE("Dual MIT/GPL");
