// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * What the kernel's drivers make of a Sense HAT: the framebuffer of its LED matrix and its joystick, for the tests in
 * an emulated machine. A number written to the parameter "key" presses and releases that key.
 */
#include <linux/fb.h>
#include <linux/input.h>
#include <linux/module.h>
#include <linux/platform_device.h>

#define SIDE 8
#define BITS 16
#define ROW_BYTES (SIDE * BITS / 8)

static u8 pixels[SIDE * ROW_BYTES];
static struct platform_device *parent;
static struct fb_info *matrix;
static struct input_dev *joystick;

static int press(const char *text, const struct kernel_param *parameter)
{
	unsigned int key;
	int result = kstrtouint(text, 0, &key);

	if (result)
		return result;
	if (!joystick || key > KEY_MAX)
		return -EINVAL;
	input_report_key(joystick, key, 1);
	input_sync(joystick);
	input_report_key(joystick, key, 0);
	input_sync(joystick);
	return 0;
}

static const struct kernel_param_ops key_operations = { .set = press };
module_param_cb(key, &key_operations, NULL, 0200);
MODULE_PARM_DESC(key, "A key of the joystick to be pressed and released");

static struct fb_ops matrix_operations = {
	.owner = THIS_MODULE,
};

static int __init add_matrix(void)
{
	int result;

	matrix = framebuffer_alloc(0, &parent->dev);
	if (!matrix)
		return -ENOMEM;

	strscpy(matrix->fix.id, "RPi-Sense FB", sizeof(matrix->fix.id));
	matrix->fix.type = FB_TYPE_PACKED_PIXELS;
	matrix->fix.visual = FB_VISUAL_TRUECOLOR;
	matrix->fix.line_length = ROW_BYTES;
	matrix->fix.smem_len = sizeof(pixels);
	matrix->var.xres = matrix->var.xres_virtual = SIDE;
	matrix->var.yres = matrix->var.yres_virtual = SIDE;
	matrix->var.bits_per_pixel = BITS;
	matrix->var.red = (struct fb_bitfield) { .offset = 11, .length = 5 };
	matrix->var.green = (struct fb_bitfield) { .offset = 5, .length = 6 };
	matrix->var.blue = (struct fb_bitfield) { .offset = 0, .length = 5 };
	matrix->fbops = &matrix_operations;
	matrix->screen_base = (char __iomem *)pixels;
	matrix->screen_size = sizeof(pixels);
	result = register_framebuffer(matrix);
	if (result)
		framebuffer_release(matrix);
	return result;
}

static int __init add_joystick(void)
{
	static const unsigned int keys[] = { KEY_UP, KEY_LEFT, KEY_RIGHT, KEY_DOWN, KEY_ENTER };
	unsigned int index;
	int result;

	joystick = input_allocate_device();
	if (!joystick)
		return -ENOMEM;

	joystick->name = "Raspberry Pi Sense HAT Joystick";
	joystick->dev.parent = &parent->dev;
	for (index = 0; index < ARRAY_SIZE(keys); index++)
		input_set_capability(joystick, EV_KEY, keys[index]);
	result = input_register_device(joystick);
	if (result)
		input_free_device(joystick);
	return result;
}

static int __init pretend_init(void)
{
	int result;

	parent = platform_device_register_simple("hat_pretend", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(parent))
		return PTR_ERR(parent);

	result = add_matrix();
	if (result)
		goto no_matrix;
	result = add_joystick();
	if (result)
		goto no_joystick;
	return 0;

no_joystick:
	joystick = NULL;
	unregister_framebuffer(matrix);
	framebuffer_release(matrix);
no_matrix:
	platform_device_unregister(parent);
	return result;
}

static void __exit pretend_exit(void)
{
	input_unregister_device(joystick);
	unregister_framebuffer(matrix);
	framebuffer_release(matrix);
	platform_device_unregister(parent);
}

module_init(pretend_init);
module_exit(pretend_exit);
MODULE_DESCRIPTION("Pretend LED matrix and joystick of a Sense HAT for tests");
MODULE_LICENSE("Dual MIT/GPL");
