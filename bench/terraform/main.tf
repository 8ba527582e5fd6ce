# What lab-deploy makes of lab.yaml with bastion.create: true and network.egress: nat-gateway, as a Terraform configuration, to be timed
# beside it on the same emulator (bench/deploy.sh). Addresses are those of the defaults; user data is what lab-deploy renders. The subnets
# have no IPv6 range here: the provider waits for a state of it that moto 5.2 does not tell.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "endpoint" { type = string }
variable "rendered" { type = string }
variable "image" { type = string }

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  endpoints {
    ec2         = var.endpoint
    autoscaling = var.endpoint
    iam         = var.endpoint
    sts         = var.endpoint
  }
  default_tags {
    tags = { "lab:name" = "lab" }
  }
}

resource "aws_vpc" "vpc" {
  cidr_block                       = "10.20.0.0/16"
  assign_generated_ipv6_cidr_block = true
  enable_dns_support               = true
  enable_dns_hostnames             = true
}

resource "aws_internet_gateway" "gateway" {
  vpc_id = aws_vpc.vpc.id
}

resource "aws_subnet" "public" {
  vpc_id            = aws_vpc.vpc.id
  cidr_block        = "10.20.1.0/24"
  availability_zone = "eu-west-1a"
}

resource "aws_subnet" "private" {
  vpc_id            = aws_vpc.vpc.id
  cidr_block        = "10.20.13.0/24"
  availability_zone = "eu-west-1a"
}

resource "aws_eip" "nat" {
  domain = "vpc"
}

resource "aws_nat_gateway" "nat" {
  subnet_id     = aws_subnet.public.id
  allocation_id = aws_eip.nat.id
  depends_on    = [aws_internet_gateway.gateway]
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.vpc.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.gateway.id
  }
  route {
    ipv6_cidr_block = "::/0"
    gateway_id      = aws_internet_gateway.gateway.id
  }
}

resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.vpc.id
  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.nat.id
  }
  route {
    ipv6_cidr_block = "::/0"
    gateway_id      = aws_internet_gateway.gateway.id
  }
}

resource "aws_route_table_association" "private" {
  subnet_id      = aws_subnet.private.id
  route_table_id = aws_route_table.private.id
}

resource "aws_security_group" "bastion" {
  name        = "bastion-sg"
  description = "The bastion"
  vpc_id      = aws_vpc.vpc.id
}

resource "aws_security_group" "nodes" {
  name        = "talos-nodes-sg"
  description = "The Talos nodes"
  vpc_id      = aws_vpc.vpc.id
}

resource "aws_vpc_security_group_ingress_rule" "bastion_nodes" {
  security_group_id            = aws_security_group.bastion.id
  referenced_security_group_id = aws_security_group.nodes.id
  ip_protocol                  = "-1"
}

resource "aws_vpc_security_group_egress_rule" "bastion_all" {
  security_group_id = aws_security_group.bastion.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_vpc_security_group_ingress_rule" "nodes_bastion" {
  security_group_id            = aws_security_group.nodes.id
  referenced_security_group_id = aws_security_group.bastion.id
  ip_protocol                  = "-1"
}

resource "aws_vpc_security_group_ingress_rule" "nodes_nodes" {
  security_group_id            = aws_security_group.nodes.id
  referenced_security_group_id = aws_security_group.nodes.id
  ip_protocol                  = "-1"
}

resource "aws_vpc_security_group_egress_rule" "nodes_bastion" {
  security_group_id            = aws_security_group.nodes.id
  referenced_security_group_id = aws_security_group.bastion.id
  ip_protocol                  = "-1"
}

resource "aws_vpc_security_group_egress_rule" "nodes_https" {
  security_group_id = aws_security_group.nodes.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_dhcp_options" "options" {
  domain_name         = "ec2.internal"
  domain_name_servers = ["10.20.13.140", "10.20.0.2"]
  ntp_servers         = ["169.254.169.123"]
}

resource "aws_vpc_dhcp_options_association" "options" {
  vpc_id          = aws_vpc.vpc.id
  dhcp_options_id = aws_vpc_dhcp_options.options.id
}

resource "aws_network_interface" "bastion" {
  subnet_id       = aws_subnet.private.id
  private_ips     = ["10.20.13.140"]
  security_groups = [aws_security_group.bastion.id]
}

resource "aws_iam_role" "bastion" {
  name = "lab-lab-bastion"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "bastion" {
  name   = "lab-lab-bastion"
  role   = aws_iam_role.bastion.id
  policy = file("${var.rendered}/bastion/policy.json")
}

resource "aws_iam_instance_profile" "bastion" {
  name = "lab-lab-bastion"
  role = aws_iam_role.bastion.name
}

resource "aws_launch_template" "bastion" {
  name          = "lab-lab-bastion"
  image_id      = var.image
  instance_type = "t4g.small"
  user_data     = base64encode(file("${var.rendered}/bastion/lab.sh"))
  iam_instance_profile {
    name = aws_iam_instance_profile.bastion.name
  }
  network_interfaces {
    device_index                = 0
    subnet_id                   = aws_subnet.private.id
    security_groups             = [aws_security_group.bastion.id]
    ipv6_address_count          = 1
    associate_public_ip_address = false
    delete_on_termination       = true
  }
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_type           = "gp3"
      volume_size           = 8
      delete_on_termination = true
    }
  }
  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
  }
}

resource "aws_autoscaling_group" "bastion" {
  name                = "tf-asg"
  min_size            = 0
  max_size            = 1
  desired_capacity    = 0
  vpc_zone_identifier = [aws_subnet.private.id]
  launch_template {
    id      = aws_launch_template.bastion.id
    version = "$Latest"
  }
}

resource "aws_autoscaling_schedule" "start" {
  scheduled_action_name  = "tf-start"
  autoscaling_group_name = aws_autoscaling_group.bastion.name
  recurrence             = "0 12 * * *"
  min_size               = 0
  max_size               = 1
  desired_capacity       = 1
}

resource "aws_autoscaling_schedule" "stop" {
  scheduled_action_name  = "tf-stop"
  autoscaling_group_name = aws_autoscaling_group.bastion.name
  recurrence             = "0 17 * * *"
  min_size               = 0
  max_size               = 1
  desired_capacity       = 0
}

resource "aws_launch_template" "node" {
  name          = "cozystack-talos-arm64"
  image_id      = var.image
  instance_type = "t4g.small"
  user_data     = base64encode(file("${var.rendered}/node/user-data.ipxe"))
  network_interfaces {
    device_index                = 0
    subnet_id                   = aws_subnet.private.id
    security_groups             = [aws_security_group.nodes.id]
    associate_public_ip_address = false
    delete_on_termination       = true
  }
  block_device_mappings {
    device_name = "/dev/sda1"
    ebs {
      volume_type           = "gp3"
      volume_size           = 8
      delete_on_termination = true
    }
  }
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "optional"
    http_put_response_hop_limit = 1
  }
}
