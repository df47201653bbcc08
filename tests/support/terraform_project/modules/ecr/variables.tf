variable "name" {
  type = string
}

variable "image_tag_mutability" {
  type = string
}

variable "keep_images" {
  type = number
}

variable "tags" {
  type = map(string)
}
