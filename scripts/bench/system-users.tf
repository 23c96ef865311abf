# The users of the benchmark, as Terraform makes them: the resources that a module for system users has.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "endpoint" {
  type = string
}

variable "users" {
  type = number
}

provider "aws" {
  region     = "us-east-1"
  access_key = "bench"
  secret_key = "bench"

  # What moto cannot answer usefully; none of them concerns a user.
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  skip_region_validation      = true

  endpoints {
    iam = var.endpoint
    ssm = var.endpoint
    sts = var.endpoint
  }
}

locals {
  names = toset([for index in range(var.users) : format("eg-bench-%04d", index)])
}

resource "aws_iam_user" "this" {
  for_each = local.names
  name     = each.key
  path     = "/lifecycle/"
  tags     = { Name = each.key, Namespace = "eg", Stage = "bench" }
}

resource "aws_iam_user_policy" "this" {
  for_each = local.names
  name     = "uploads"
  user     = aws_iam_user.this[each.key].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject"]
      Resource = "arn:aws:s3:::uploads/${each.key}/*"
    }]
  })
}

resource "aws_iam_user_policy_attachment" "this" {
  for_each   = local.names
  user       = aws_iam_user.this[each.key].name
  policy_arn = "arn:aws:iam::aws:policy/CloudWatchLogsFullAccess"
}

resource "aws_iam_access_key" "this" {
  for_each = local.names
  user     = aws_iam_user.this[each.key].name
}

resource "aws_ssm_parameter" "access_key_id" {
  for_each = local.names
  name     = "/system_user/${each.key}/access_key_id"
  type     = "SecureString"
  value    = aws_iam_access_key.this[each.key].id
}

resource "aws_ssm_parameter" "secret_access_key" {
  for_each = local.names
  name     = "/system_user/${each.key}/secret_access_key"
  type     = "SecureString"
  value    = aws_iam_access_key.this[each.key].secret
}
